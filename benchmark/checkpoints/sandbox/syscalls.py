"""Numbers of system calls, by what the filter says of them: name:x86_64:aarch64, `-` where there is none.

Source: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h of Linux; the tests
compare them with libseccomp's.
"""

from __future__ import annotations

MACHINES = ("x86_64", "aarch64")

LAST_KNOWN = 469
"""Calls with larger numbers are newer than these tables."""

_HARMLESS = """
read:0:63 write:1:64 futex:202:98 madvise:28:233 mmap:9:222 munmap:11:215 mprotect:10:226 brk:12:214
mremap:25:216 poll:7:- ppoll:271:73 clock_gettime:228:113 clock_getres:229:114 clock_nanosleep:230:115
nanosleep:35:101 gettimeofday:96:169 time:201:- times:100:153 getrandom:318:278 sched_yield:24:124
gettid:186:178 getpid:39:172 pread64:17:67 pwrite64:18:68 preadv:295:69 pwritev:296:70 preadv2:327:286
pwritev2:328:287 readv:19:65 writev:20:66 lseek:8:62 close:3:57 close_range:436:436 stat:4:- fstat:5:80
lstat:6:- newfstatat:262:79 statx:332:291 access:21:- faccessat:269:48 faccessat2:439:439 readlink:89:-
readlinkat:267:78 getdents:78:- getdents64:217:61 getcwd:79:17 chdir:80:49 fchdir:81:50 statfs:137:43
fstatfs:138:44 flock:73:32 dup:32:23 dup2:33:- dup3:292:24 pipe:22:- pipe2:293:59 select:23:-
pselect6:270:72 epoll_create:213:- epoll_create1:291:20 epoll_ctl:233:21 epoll_wait:232:-
epoll_pwait:281:22 epoll_pwait2:441:441 eventfd:284:- eventfd2:290:19 fadvise64:221:223 readahead:187:213
umask:95:166 fsync:74:82 fdatasync:75:83 mincore:27:232 mlock:149:228 mlock2:325:284 munlock:150:229
msync:26:227 membarrier:324:283 mbind:237:235 get_mempolicy:239:236 map_shadow_stack:453:453 mseal:462:462
pkey_alloc:330:289 pkey_free:331:290 pkey_mprotect:329:288 set_robust_list:273:99 get_robust_list:274:100
set_tid_address:218:96 rseq:334:293 futex_waitv:449:449 futex_wake:454:454 futex_wait:455:455
futex_requeue:456:456 arch_prctl:158:- restart_syscall:219:128 exit:60:93 exit_group:231:94
rt_sigaction:13:134 rt_sigprocmask:14:135 rt_sigreturn:15:139 rt_sigpending:127:136
rt_sigtimedwait:128:137 rt_sigsuspend:130:133 sigaltstack:131:132 setitimer:38:103 getitimer:36:102
alarm:37:- pause:34:- getppid:110:173 getuid:102:174 geteuid:107:175 getgid:104:176 getegid:108:177
getresuid:118:148 getresgid:120:150 getgroups:115:158 getpgrp:111:- getpgid:121:155 getsid:124:156
getrlimit:97:163 getrusage:98:165 getpriority:140:141 sysinfo:99:179 uname:63:160 getcpu:309:168
capget:125:90 sched_getaffinity:204:123 sched_getparam:143:121 sched_getscheduler:145:120
sched_get_priority_max:146:125 sched_get_priority_min:147:126 wait4:61:260 waitid:247:95
"""

_RULED = """
clone:56:220 prctl:157:167 prlimit64:302:261 kill:62:129 tgkill:234:131 sched_setaffinity:203:122
fcntl:72:25 ioctl:16:29 clone3:435:435 socket:41:198 seccomp:317:277
"""

_OPENING = """
open:2:- openat:257:56 openat2:437:437
"""

_NAMES = """
mkdir:83:- mkdirat:258:34 rename:82:- renameat:264:38 renameat2:316:276 rmdir:84:- unlink:87:-
unlinkat:263:35
"""

_FORBIDDEN = """
execve:59:221 execveat:322:281 fork:57:- vfork:58:- ptrace:101:117 process_vm_readv:310:270
process_vm_writev:311:271 process_madvise:440:440 kcmp:312:272 pidfd_open:434:434 pidfd_getfd:438:438
pidfd_send_signal:424:424 tkill:200:130 rt_sigqueueinfo:129:138 rt_tgsigqueueinfo:297:240 connect:42:203
bind:49:200 listen:50:201 accept:43:202 accept4:288:242 sendto:44:206 sendmsg:46:211 sendmmsg:307:269
socketpair:53:199 mount:165:40 umount2:166:39 pivot_root:155:41 chroot:161:51 unshare:272:97 setns:308:268
open_tree:428:428 move_mount:429:429 fsopen:430:430 fsconfig:431:431 fsmount:432:432 fspick:433:433
mount_setattr:442:442 bpf:321:280 perf_event_open:298:241 userfaultfd:323:282 io_uring_setup:425:425
io_uring_enter:426:426 io_uring_register:427:427 io_setup:206:0 io_submit:209:2 keyctl:250:219
add_key:248:217 request_key:249:218 init_module:175:105 finit_module:313:273 delete_module:176:106
kexec_load:246:104 kexec_file_load:320:294 reboot:169:142 swapon:167:224 swapoff:168:225 acct:163:89
quotactl:179:60 syslog:103:116 personality:135:92 chmod:90:- fchmod:91:52 fchmodat:268:53
fchmodat2:452:452 chown:92:- fchown:93:55 lchown:94:- fchownat:260:54 setxattr:188:5 lsetxattr:189:6
fsetxattr:190:7 removexattr:197:14 lremovexattr:198:15 fremovexattr:199:16 utime:132:- utimes:235:-
utimensat:280:88 futimesat:261:- truncate:76:45 creat:85:- mknod:133:- mknodat:259:33 link:86:-
linkat:265:37 symlink:88:- symlinkat:266:36 setpriority:141:140 ioprio_set:251:30
sched_setscheduler:144:119 sched_setparam:142:118 sched_setattr:314:274 migrate_pages:256:238
move_pages:279:239 setsid:112:157 setpgid:109:154 setuid:105:146 setgid:106:144 setreuid:113:145
setregid:114:143 setresuid:117:147 setresgid:119:149 setgroups:116:159 setfsuid:122:151 setfsgid:123:152
capset:126:91 name_to_handle_at:303:264 open_by_handle_at:304:265 fanotify_init:300:262
fanotify_mark:301:263 inotify_init:253:- inotify_init1:294:26 inotify_add_watch:254:27 shmget:29:194
shmat:30:196 shmctl:31:195 shmdt:67:197 msgget:68:186 msgsnd:69:189 msgrcv:70:188 msgctl:71:187
semget:64:190 semop:65:193 semctl:66:191 semtimedop:220:192 mq_open:240:180 mq_unlink:241:181
settimeofday:164:170 clock_settime:227:112 clock_adjtime:305:266 adjtimex:159:171 sethostname:170:161
setdomainname:171:162 ioperm:173:- iopl:172:- modify_ldt:154:- lookup_dcookie:212:18 nfsservctl:180:42
vhangup:153:58
"""


def _numbers(table: str, machine: str) -> dict[str, int]:
    column = 1 + MACHINES.index(machine)
    rows = (entry.split(":") for entry in table.split())
    return {row[0]: int(row[column]) for row in rows if row[column] != "-"}


def harmless(machine: str) -> dict[str, int]:
    """Return the calls that compute, read what is open or readable, or speak of the process itself."""
    return _numbers(_HARMLESS, machine)


def ruled(machine: str) -> dict[str, int]:
    """Return the calls whose arguments decide."""
    return _numbers(_RULED, machine)


def opening(machine: str) -> dict[str, int]:
    """Return the calls that open files, for reading or for writing."""
    return _numbers(_OPENING, machine)


def names(machine: str) -> dict[str, int]:
    """Return the calls that make, rename and remove files and folders, which libraries do while they load."""
    return _numbers(_NAMES, machine)


def forbidden(machine: str) -> dict[str, int]:
    """Return the calls that reach other processes, the network, the kernel's settings or rights on files."""
    return _numbers(_FORBIDDEN, machine)
