"""The filter: its numbers are the kernel's, and it decides as it says, checked on a small BPF machine."""

from __future__ import annotations

import ctypes
import ctypes.util
import fcntl
import os

import pytest

from hzbench.benchmark.checkpoints.sandbox import seccomp, syscalls
from hzbench.benchmark.checkpoints.sandbox.seccomp import ALLOW, DENY, KILL, UNKNOWN, Instruction

OWN = 4242
ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
GROUPS = ("harmless", "opening", "names", "ruled", "forbidden")


def decide(program: list[Instruction], number: int, *arguments: int, machine: str = "x86_64") -> int:
    """Run a filter over one system call, as the kernel does, and return its verdict."""
    memory = {0: number, 4: ARCHITECTURE[machine]}
    memory |= {
        16 + 8 * index: value & 0xFFFFFFFF for index, value in enumerate((*arguments, 0, 0, 0, 0, 0, 0))
    }
    value, at = 0, 0
    while True:
        code, if_true, if_false, constant = program[at]
        at += 1
        if code == 0x20:  # load
            value = memory[constant]
        elif code == 0x54:  # and
            value &= constant
        elif code == 0x06:  # return
            return constant
        else:
            assert code in (0x15, 0x35)  # jump if equal, if at least
            at += if_true if (value == constant if code == 0x15 else value >= constant) else if_false


def numbers(machine: str) -> dict[str, int]:
    """Return all calls of the tables."""
    return {name: n for group in GROUPS for name, n in getattr(syscalls, group)(machine).items()}


@pytest.mark.parametrize("machine", syscalls.MACHINES)
def test_no_call_is_in_two_groups(machine: str) -> None:
    """And no two names share a number."""
    groups = [getattr(syscalls, group)(machine) for group in GROUPS]
    assert len(numbers(machine)) == sum(map(len, groups)) == len(set(numbers(machine).values()))


@pytest.mark.parametrize("machine", syscalls.MACHINES)
def test_the_numbers_are_those_of_libseccomp(machine: str) -> None:
    """Where it is installed; it does not know the newest calls."""
    name = ctypes.util.find_library("seccomp")
    if name is None:
        pytest.skip("libseccomp is not installed")
    resolve = ctypes.CDLL(name).seccomp_syscall_resolve_name_arch
    resolve.argtypes = [ctypes.c_uint32, ctypes.c_char_p]
    theirs = {call: resolve(ARCHITECTURE[machine], call.encode()) for call in numbers(machine)}
    known = {call: number for call, number in theirs.items() if number >= 0}
    assert len(known) > 200
    assert known == {call: numbers(machine)[call] for call in known}


@pytest.mark.parametrize("machine", syscalls.MACHINES)
@pytest.mark.parametrize("graphics", [False, True])
def test_each_group_gets_its_verdict(machine: str, graphics: bool) -> None:
    """What no table has is unknown if it is new, and otherwise allowed to a driver alone."""
    program = seccomp.program(machine, OWN, graphics)
    for group, verdict in (("harmless", ALLOW), ("opening", ALLOW), ("names", ALLOW), ("forbidden", DENY)):
        for name, number in getattr(syscalls, group)(machine).items():
            assert decide(program, number, machine=machine) == verdict, name
    assert decide(program, syscalls.LAST_KNOWN + 1, machine=machine) == UNKNOWN
    eventless = next(n for n in range(300) if n not in numbers(machine).values())
    assert decide(program, eventless, machine=machine) == (ALLOW if graphics else DENY)
    assert all(0 <= jump <= 255 for _, one, other, _ in program for jump in (one, other))
    assert len(program) < 4096  # the kernel takes no longer ones


RULES = [
    ("clone", (0x003D0F00,), ALLOW),  # a thread, as the C library makes it
    ("clone", (17,), DENY),  # a process
    ("clone", (0x10000000 | 0x00010100,), ALLOW),  # the kernel itself refuses namespaces to threads
    ("clone3", (0,), UNKNOWN),
    ("prlimit64", (0,), ALLOW),
    ("prlimit64", (1,), DENY),
    ("kill", (OWN,), ALLOW),
    ("kill", (OWN + 1,), DENY),
    ("kill", (-1,), DENY),
    ("kill", (0,), DENY),
    ("tgkill", (OWN,), ALLOW),
    ("tgkill", (1,), DENY),
    ("sched_setaffinity", (0,), ALLOW),
    ("sched_setaffinity", (7,), DENY),
    ("prctl", (15,), ALLOW),  # a thread's name
    ("prctl", (1,), DENY),  # the signal at the parent's end
    ("prctl", (22,), DENY),
    ("seccomp", (1,), ALLOW),
    ("seccomp", (0,), DENY),
    ("fcntl", (3, fcntl.F_GETFD), ALLOW),
    ("fcntl", (3, fcntl.F_SETOWN), DENY),
    ("socket", (1,), DENY),
    ("socket", (2,), DENY),
    ("ioctl", (0, 0x5401), ALLOW),
    ("ioctl", (0, 0x5412), DENY),  # typing into a terminal
]


@pytest.mark.parametrize("machine", syscalls.MACHINES)
@pytest.mark.parametrize(("name", "arguments", "verdict"), RULES)
def test_arguments_decide(machine: str, name: str, arguments: tuple[int, ...], verdict: int) -> None:
    """Of the calls that have a rule."""
    program = seccomp.program(machine, OWN)
    assert decide(program, syscalls.ruled(machine)[name], *arguments, machine=machine) == verdict


def test_a_driver_gets_devices_and_local_sockets_but_no_network() -> None:
    """And no socket can be connected."""
    program = seccomp.program("x86_64", OWN, graphics=True)
    ruled, forbidden = syscalls.ruled("x86_64"), syscalls.forbidden("x86_64")
    assert decide(program, ruled["ioctl"], 3, 0xC0104600) == ALLOW
    assert decide(program, ruled["socket"], 1) == ALLOW
    assert decide(program, ruled["socket"], 2) == decide(program, forbidden["connect"]) == DENY


def test_calls_of_another_interface_end_the_process() -> None:
    """32-bit numbers mean other calls; x32 ones are refused."""
    program = seccomp.program("x86_64", OWN)
    assert decide(program, 1, machine="aarch64") == KILL
    assert decide(program, 0x40000000 + 1) == DENY


@pytest.mark.parametrize("machine", syscalls.MACHINES)
def test_the_seal_allows_files_to_be_opened_for_reading_alone(machine: str) -> None:
    """And names to be left as they are."""
    program = seccomp.no_writing(machine)
    openat = syscalls.opening(machine)["openat"]
    reading = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK
    assert decide(program, openat, -100, 0, reading, machine=machine) == ALLOW
    for flag in (os.O_WRONLY, os.O_RDWR, os.O_CREAT, os.O_TRUNC, os.O_TMPFILE | os.O_RDWR):
        assert decide(program, openat, -100, 0, flag, machine=machine) == DENY
    for name, number in syscalls.names(machine).items():
        assert decide(program, number, machine=machine) == DENY, name
    assert decide(program, syscalls.opening(machine)["openat2"], machine=machine) == UNKNOWN
    assert decide(program, syscalls.harmless(machine)["read"], machine=machine) == ALLOW
