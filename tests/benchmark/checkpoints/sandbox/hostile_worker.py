"""A worker that attacks instead of answering, and reports what it was let do. Started like the real one.

`attacks` returns one function an attack, which returns when it succeeded and raises when it was stopped. They
are aimed at bait that `rungs.laid_out` makes, so that success harms nothing.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

LIBC = ctypes.CDLL(None, use_errno=True)


def checked(result: int) -> None:
    """Raise the error of a C call that returned -1."""
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def overwrite(path: str) -> None:
    """Write into a file that exists."""
    with Path(path).open("r+b") as stream:
        stream.write(b"x")


def create(path: str) -> None:
    """Make a file."""
    with Path(path).open("xb") as stream:
        stream.write(b"x")


def read(path: str) -> None:
    """Read a file, which must hold something."""
    if not Path(path).read_bytes():
        raise ValueError("empty")


def listing(path: str) -> None:
    """List a folder that holds something."""
    if not list(Path(path).iterdir()):
        raise FileNotFoundError("empty")


def flood(folder: str) -> None:
    """Fill a disk with small files."""
    for number in range(100):
        create(f"{folder}/flood{number}")


def connect(family: int, kind: int, address: Any) -> None:
    """Connect to a server, or send to one."""
    with socket.socket(family, kind) as one:
        one.settimeout(5)
        one.connect(address)
        one.send(b"x")


def fork() -> None:
    """Start a copy of this process."""
    if (child := os.fork()) == 0:
        os._exit(0)
    os.waitpid(child, 0)


def fork_bomb() -> None:
    """Start copies that start copies."""
    for _ in range(20):
        fork()


def program() -> None:
    """Start a program."""
    subprocess.run(["/bin/true"], check=True)


def become_program() -> None:
    """Replace this process by a program, or a copy of it where one can be made."""
    try:
        child = os.fork()
    except OSError:
        child = 0
    if child == 0:
        os.execv("/bin/true", ["/bin/true"])
    if os.waitpid(child, 0)[1] != 0:
        raise PermissionError("stopped")


def trace(pid: int) -> None:
    """Attach to the host as a debugger would, and leave at once."""
    checked(LIBC.ptrace(0x4206, pid, 0, 0))  # PTRACE_SEIZE
    LIBC.ptrace(17, pid, 0, 0)  # PTRACE_DETACH


def read_memory(pid: int) -> None:
    """Read the host's memory."""
    with Path(f"/proc/{pid}/mem").open("rb") as stream:
        stream.seek(TARGETS["address"])
        stream.read(1)


def read_memory_by_call(pid: int) -> None:
    """Read the host's memory by the call made for it."""
    buffer = ctypes.create_string_buffer(8)

    class Piece(ctypes.Structure):
        _fields_ = (("start", ctypes.c_void_p), ("length", ctypes.c_size_t))

    here, there = Piece(ctypes.addressof(buffer), 8), Piece(TARGETS["address"], 8)
    checked(LIBC.process_vm_readv(pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0))


def limit_host(pid: int) -> None:
    """Set a limit of the host (to what it is)."""
    resource.prlimit(pid, resource.RLIMIT_CORE, resource.prlimit(pid, resource.RLIMIT_CORE))


def slow_down(pid: int) -> None:
    """Set the host's priority (to what it is)."""
    os.setpriority(os.PRIO_PROCESS, pid, os.getpriority(os.PRIO_PROCESS, pid))


def raise_own_limit() -> None:
    """Lift the limit of address space."""
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def new_namespace() -> None:
    """Make a user namespace, where one is root."""
    checked(LIBC.unshare(0x10000000))


def call(number: int, *arguments: Any) -> None:
    """Make a system call by its number."""
    checked(LIBC.syscall(ctypes.c_long(number), *arguments))


def allocate() -> None:
    """Take 100 GB."""
    block = bytearray(100 << 30)
    block[-1] = 1


def many_threads() -> None:
    """Start 2,000 threads that wait."""
    done = threading.Event()
    threads = [threading.Thread(target=done.wait, daemon=True) for _ in range(2000)]
    try:
        for thread in threads:
            thread.start()
    finally:
        done.set()


TARGETS: dict[str, Any] = {}


def attacks() -> dict[str, Callable[[], object]]:
    """Return the attacks on the targets, by what they try."""
    t = TARGETS
    host = t["host"]
    home = Path(t["home"])
    abstract = "\0" + t["abstract"]
    return {
        "read a file of the user's home": lambda: read(t["secret"]),
        "read the labels of a dataset": lambda: read(t["labels"]),
        "read /etc/shadow": lambda: read("/etc/shadow"),
        "read /etc/passwd": lambda: read("/etc/passwd"),
        "read the host's environment": lambda: read(f"/proc/{host}/environ"),
        "read the host's command line": lambda: read(f"/proc/{host}/cmdline"),
        "list the user's home": lambda: listing(t["home"]),
        "make a file in the user's home": lambda: create(str(home / "made")),
        "make a file in /tmp": lambda: create(t["made_in_tmp"]),
        "make a file in its own folder": lambda: create(f"{os.environ['TMPDIR']}/made"),
        "fill its own folder with files": lambda: flood(os.environ["TMPDIR"]),
        "change a file of the user's": lambda: overwrite(t["secret"]),
        "change a library": lambda: overwrite(__file__),
        "change the checkpoint": lambda: overwrite(t["checkpoint"]),
        "remove a file": lambda: (home / "removed").unlink(),
        "rename a file": lambda: (home / "renamed").rename(home / "other"),
        "make a folder": lambda: (home / "folder").mkdir(),
        "make a link": lambda: (home / "link").symlink_to("/etc/passwd"),
        "change rights": lambda: (home / "secret").chmod(0o777),
        "change times": lambda: os.utime(t["secret"], (0, 0)),
        "connect by TCP": lambda: connect(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", t["port"])),
        "send by UDP": lambda: connect(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", t["port"])),
        "connect to a socket file": lambda: connect(socket.AF_UNIX, socket.SOCK_STREAM, t["socket"]),
        "connect to an abstract socket": lambda: connect(socket.AF_UNIX, socket.SOCK_STREAM, abstract),
        "listen": lambda: socket.create_server(("127.0.0.1", 0)).close(),
        "start a program": program,
        "become a program": become_program,
        "fork": fork,
        "fork 20 times": fork_bomb,
        "signal the host": lambda: os.kill(host, 0),
        "signal the host's group": lambda: os.killpg(os.getpgid(host), 0),
        "hold the host by a descriptor": lambda: os.close(os.pidfd_open(host)),
        "trace the host": lambda: trace(host),
        "read the host's memory": lambda: read_memory(host),
        "read the host's memory by a call": lambda: read_memory_by_call(host),
        "limit the host": lambda: limit_host(host),
        "bind the host to a core": lambda: os.sched_setaffinity(host, os.sched_getaffinity(host)),
        "slow the host down": lambda: slow_down(host),
        "outlive the host": lambda: checked(LIBC.prctl(1, 0, 0, 0, 0)),
        "make a namespace": new_namespace,
        "keep memory in a nameless file": lambda: os.close(os.memfd_create("x")),
        "use io_uring": lambda: call(425, ctypes.c_uint(1), ctypes.create_string_buffer(120)),
        "take 100 GB of memory": allocate,
        "lift its memory limit": raise_own_limit,
        "start 2,000 threads": many_threads,
    }


def outcome(attack: Callable[[], object]) -> str:
    """Make an attack, and return what stopped it, or an empty text."""
    try:
        attack()
    except (OSError, MemoryError, RuntimeError, ValueError) as error:
        return getattr(error, "strerror", None) or type(error).__name__
    return ""


def main() -> None:
    """Report, in place of being ready, what each attack came to."""
    requests, replies = os.fdopen(int(sys.argv[1]), "rb"), os.fdopen(int(sys.argv[2]), "w")
    opening = json.loads(requests.readline())
    TARGETS.update(json.loads(Path(__file__).with_name("targets.json").read_text(encoding="utf-8")))
    os.close(opening["checkpoint"])  # as the real one does before it looks into the bytes

    from hzbench.benchmark.checkpoints.sandbox.confining import seal

    seal(opening["memory_limit"])
    report = {name: outcome(attack) for name, attack in attacks().items()}
    for start in range(0, len(report), 20):  # a message holds 4,000 characters
        part = dict(list(report.items())[start : start + 20])
        print(json.dumps({"kind": "failed", "message": json.dumps(part)}), file=replies, flush=True)


if __name__ == "__main__":
    main()
