"""Landlock: the kernel lets this process and its children open nothing but the listed files and folders.

Source: the kernel's documentation, userspace-api/landlock, and include/uapi/linux/landlock.h. Called through
ctypes: it is three system calls, and the packages for them on PyPI are younger than the interface itself.
"""

from __future__ import annotations

import ctypes
import errno
import os
import stat
from collections.abc import Sequence

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same numbers on every machine
_VERSION = 1 << 0
_PATH_BENEATH = 1
_SET_NO_NEW_PRIVS = 38

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = (1 << bit for bit in range(4))
REMOVE_DIR, REMOVE_FILE, MAKE_DIR, MAKE_REG = 1 << 4, 1 << 5, 1 << 7, 1 << 8
TRUNCATE = 1 << 14
IOCTL_DEV = 1 << 15
_FILE_RIGHTS = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
_PRIVATE = READ_FILE | READ_DIR | WRITE_FILE | TRUNCATE | MAKE_REG | MAKE_DIR | REMOVE_FILE | REMOVE_DIR
_LISTED = {1: 13, 2: 14, 3: 15, 5: 16}
"""Rights on files by the version that brought them; versions between add none."""

_NETWORK = 0b11  # bind and connect by TCP, since version 4
_SCOPES = 0b11  # abstract sockets and signals stay inside, since version 6


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def version() -> int:
    """Return the version of the kernel's interface.

    Raises:
        OSError: there is none; `errno` says why.
    """
    return _call(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION))


def why_not(error: OSError) -> str:
    """Return why Landlock cannot be used, in a few words."""
    reasons = {
        errno.ENOSYS: f"the kernel ({os.uname().release}) has none; it came with Linux 5.13",
        errno.EOPNOTSUPP: "the kernel has it but does not enable it (boot option lsm=)",
        errno.EPERM: "a container's seccomp profile forbids it",
    }
    return reasons.get(error.errno or 0, error.strerror or str(error))


def restrict(readable: Sequence[str], devices: Sequence[str] = (), private: Sequence[str] = ()) -> None:
    """Confine this thread, and all that it starts from now on, for good.

    Threads that exist already would stay free, so there must be none.

    Args:
        readable: files and folders that may be read; absent ones are skipped.
        devices: device files that may be read, written and controlled.
        private: folders in which files may be made, written and removed.

    Raises:
        OSError: the kernel refuses.
        RuntimeError: this process has several threads.
    """
    threads = len(os.listdir("/proc/self/task"))  # noqa: PTH208 - names are counted, no paths are needed
    if threads != 1:
        raise RuntimeError(f"Landlock comes too late: the process has {threads} threads already")
    found = version()
    handled = (1 << max(bits for since, bits in _LISTED.items() if since <= found)) - 1
    ruleset = _Ruleset(handled, _NETWORK if found >= 4 else 0, _SCOPES if found >= 6 else 0)
    size = ctypes.c_size_t(24 if found >= 6 else 16 if found >= 4 else 8)
    descriptor = _call(CREATE_RULESET, ctypes.byref(ruleset), size, ctypes.c_uint32(0))
    try:
        for path in readable:
            _allow(descriptor, path, (READ_FILE | READ_DIR) & handled)
        for path in devices:
            _allow(descriptor, path, (READ_FILE | WRITE_FILE | READ_DIR | IOCTL_DEV) & handled)
        for path in private:
            _allow(descriptor, path, _PRIVATE & handled)
        forbid_new_privileges()
        _call(RESTRICT_SELF, ctypes.c_int(descriptor), ctypes.c_uint32(0))
    finally:
        os.close(descriptor)


def forbid_new_privileges() -> None:
    """Have no program that is started from here on gain rights; the kernel asks that of the confined."""
    if ctypes.CDLL(None, use_errno=True).prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), "no_new_privs")


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= _FILE_RIGHTS
        rule = _PathBeneath(rights, descriptor)
        _call(
            ADD_RULE,
            ctypes.c_int(ruleset),
            ctypes.c_int(_PATH_BENEATH),
            ctypes.byref(rule),
            ctypes.c_uint32(0),
        )
    finally:
        os.close(descriptor)


def _call(number: int, *arguments: object) -> int:
    result = int(ctypes.CDLL(None, use_errno=True).syscall(ctypes.c_long(number), *arguments))
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), "Landlock")
    return result
