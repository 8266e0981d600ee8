"""seccomp: the kernel answers the system calls that a model has no business with by an error.

The filter is a program for the kernel's classic BPF machine (man 2 seccomp). It is written here rather than
by libseccomp, whose Python package has had no release since 2021 and needs a library that some machines lack.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import platform
import struct
import sys
import termios

from hzbench.benchmark.checkpoints.sandbox import syscalls
from hzbench.benchmark.checkpoints.sandbox.landlock import forbid_new_privileges

_SECCOMP = {"x86_64": 317, "aarch64": 277}
_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # as <linux/audit.h> numbers them
_FILTER, _ACTION_AVAILABLE = 1, 2  # operations of seccomp(2)
_ALL_THREADS = 1

ALLOW, KILL, ERROR = 0x7FFF0000, 0x80000000, 0x00050000
DENY = ERROR | errno.EPERM
UNKNOWN = ERROR | errno.ENOSYS
"""The C library then takes an older call, whose arguments can be looked at."""

_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16  # in struct seccomp_data
_FOREIGN = 0x40000000  # calls of the x32 interface

THREAD = 0x00010100  # CLONE_THREAD | CLONE_VM: a thread, not a process
PRCTL_ALLOWED = (15, 16, 3, 0x53564D41)  # PR_SET_NAME, PR_GET_NAME, PR_GET_DUMPABLE, PR_SET_VMA
FCNTL_FORBIDDEN = (fcntl.F_SETOWN, 15, 10, 1024, 1026)  # whom to signal, F_SETLEASE, F_NOTIFY
IOCTL_ALLOWED = (termios.TCGETS, termios.FIONREAD, termios.FIOCLEX, termios.FIONCLEX, termios.TIOCGWINSZ)
AF_UNIX = 1
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

Instruction = tuple[int, int, int, int]


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def check() -> str:
    """Return for which machine a filter can be set.

    Raises:
        OSError: none can; the text says why.
    """
    machine = platform.machine()
    if machine not in syscalls.MACHINES or sys.maxsize < 2**32 or sys.byteorder != "little":
        raise OSError(
            errno.ENOTSUP, f"no table of system calls for {machine}, only for {', '.join(syscalls.MACHINES)}"
        )
    action = ctypes.c_uint32(ERROR)
    _seccomp(_ACTION_AVAILABLE, 0, ctypes.byref(action))
    return machine


def restrict(graphics: bool = False) -> None:
    """Filter the system calls of all threads of this process, for good.

    Args:
        graphics: forbid only what reaches other processes, the network or names of files, and leave what a
            graphics card's driver may need.

    Raises:
        OSError: the kernel refuses.
    """
    steps = program(check(), os.getpid(), graphics)
    forbid_new_privileges()
    _install(steps)


def forbid_writing() -> None:
    """Let all threads open files for reading alone, and make, rename and remove none. Comes after `restrict`.

    Raises:
        OSError: the kernel refuses.
    """
    _install(no_writing(platform.machine()))


def no_writing(machine: str) -> list[Instruction]:
    """Return the filter of `forbid_writing`."""
    calls = syscalls.opening(machine)
    steps = _start(machine)
    for number in syscalls.names(machine).values():
        steps += _when(number, DENY)
    for name, flags_at in (("open", 1), ("openat", 2)):
        if name in calls:
            look = [*_argument(flags_at), (_AND, 0, 0, WRITING)]
            steps += _rule(calls[name], look, (0,))
    return [*steps, *_when(calls["openat2"], UNKNOWN), (_RETURN, 0, 0, ALLOW)]


def program(machine: str, own: int, graphics: bool = False) -> list[Instruction]:
    """Return the filter as BPF instructions (code, jump if true, jump if false, constant).

    Args:
        machine: of `syscalls.MACHINES`.
        own: number of the process that it is for, the only one that it may signal.
        graphics: see `restrict`.
    """
    ruled = syscalls.ruled(machine)
    steps = _start(machine)
    if graphics:
        for number in syscalls.forbidden(machine).values():
            steps += _when(number, DENY)
    else:
        allowed = syscalls.harmless(machine) | syscalls.opening(machine) | syscalls.names(machine)
        for number in allowed.values():
            steps += _when(number, ALLOW)
    steps += [
        *_rule(ruled["clone"], [(_LOAD, 0, 0, _ARGUMENTS_AT), (_AND, 0, 0, THREAD)], (THREAD,)),
        *_when(ruled["clone3"], UNKNOWN),
        *_rule(ruled["prlimit64"], _argument(0), (0,)),
        *_rule(ruled["kill"], _argument(0), (own,)),
        *_rule(ruled["tgkill"], _argument(0), (own,)),
        *_rule(ruled["sched_setaffinity"], _argument(0), (0,)),
        *_rule(ruled["prctl"], _argument(0), PRCTL_ALLOWED),
        *_rule(ruled["seccomp"], _argument(0), (_FILTER,)),  # a second filter only forbids more
        *_rule(ruled["fcntl"], _argument(1), FCNTL_FORBIDDEN, DENY, ALLOW),
    ]
    if graphics:
        # the driver looks for a service by a socket in a file; `connect` is forbidden, so that it finds none
        steps += _rule(ruled["socket"], _argument(0), (AF_UNIX,))
    else:
        steps += _rule(ruled["ioctl"], _argument(1), IOCTL_ALLOWED)
    steps += [(_JUMP_AT_LEAST, 0, 1, syscalls.LAST_KNOWN + 1), (_RETURN, 0, 0, UNKNOWN)]
    return [*steps, (_RETURN, 0, 0, ALLOW if graphics else DENY)]


def _start(machine: str) -> list[Instruction]:
    """Return what comes first: calls of another machine's interface end the process, then the number."""
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_JUMP_EQUAL, 1, 0, _ARCHITECTURE[machine]),
        (_RETURN, 0, 0, KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
    ]
    if machine == "x86_64":
        steps += [(_JUMP_AT_LEAST, 0, 1, _FOREIGN), (_RETURN, 0, 0, DENY)]
    return steps


def _argument(index: int) -> list[Instruction]:
    return [(_LOAD, 0, 0, _ARGUMENTS_AT + 8 * index)]  # its lower half, which is all that an int has


def _when(number: int, action: int) -> list[Instruction]:
    return [(_JUMP_EQUAL, 0, 1, number), (_RETURN, 0, 0, action)]


def _rule(
    number: int,
    look: list[Instruction],
    values: tuple[int, ...],
    listed: int = ALLOW,
    otherwise: int = DENY,
) -> list[Instruction]:
    """Return what decides on one call by one of its arguments."""
    body = [*look, *(step for value in values for step in _when(value, listed)), (_RETURN, 0, 0, otherwise)]
    return [(_JUMP_EQUAL, 0, len(body), number), *body]


def _install(steps: list[Instruction]) -> None:
    code = b"".join(struct.pack("<HBBI", *step) for step in steps)
    buffer = ctypes.create_string_buffer(code, len(code))
    filter_ = _Program(len(steps), ctypes.addressof(buffer))
    _seccomp(_FILTER, _ALL_THREADS, ctypes.byref(filter_))


def _seccomp(operation: int, flags: int, argument: object) -> None:
    number = _SECCOMP[platform.machine()]
    libc = ctypes.CDLL(None, use_errno=True)
    result = libc.syscall(ctypes.c_long(number), ctypes.c_uint(operation), ctypes.c_uint(flags), argument)
    if result != 0:
        code = ctypes.get_errno() if result < 0 else errno.ESRCH  # or the thread that could not be reached
        raise OSError(code, os.strerror(code), "seccomp")
