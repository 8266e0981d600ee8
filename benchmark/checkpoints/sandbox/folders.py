"""What of the file system a worker may see: Python, its libraries, and what these ask of the kernel."""

from __future__ import annotations

import glob
import os
import site
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

import hzbench.benchmark

SYSTEM = (
    *("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/nix/store", "/gnu/store"),
    *("/etc/alternatives", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime"),
)
"""Libraries of the system, and how they are found. Of /etc nothing else: no users, no hosts, no keys."""

KERNEL = (
    *("/sys/devices/system/cpu", "/sys/devices/system/node", "/sys/kernel/mm/transparent_hugepage"),
    *("/proc/cpuinfo", "/proc/meminfo", "/proc/self", "/proc/sys/vm/overcommit_memory"),
)
"""What libraries ask before they choose an algorithm."""

DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")

GRAPHICS_KERNEL = ("/sys", "/proc/devices", "/proc/driver", "/etc/nvidia", "/etc/OpenCL", "/opt/rocm")
GRAPHICS_DEVICES = ("/dev/nvidia*", "/dev/nvidia-caps/*", "/dev/kfd", "/dev/dri/*", "/dev/dxg")
"""Patterns: NVIDIA, AMD, and Windows' Linux."""


def readable(graphics: bool = False) -> tuple[str, ...]:
    """Return the files and folders of this machine that a worker may read.

    Args:
        graphics: it uses a graphics card.
    """
    wanted = (*SYSTEM, *_python(), *KERNEL, *(GRAPHICS_KERNEL if graphics else ()))
    return tuple(path for path in dict.fromkeys(wanted) if os.path.lexists(path))


def devices(graphics: bool = False) -> tuple[str, ...]:
    """Return the device files that a worker may use.

    Args:
        graphics: it uses a graphics card.
    """
    cards = (path for pattern in GRAPHICS_DEVICES for path in sorted(glob.glob(pattern)))  # noqa: PTH207 - names
    wanted = (*DEVICES, *(cards if graphics else ()))
    return tuple(path for path in wanted if Path(path).exists())


def _python() -> Iterator[str]:
    """Yield the folders of Python, of what is installed for it, and of hzbench itself.

    Not the current folder, nor what else the host's `sys.path` holds: data may lie there.
    """
    given = [os.environ.get(name, "") for name in ("PYTHONPATH", "LD_LIBRARY_PATH")]
    named: Iterable[str | None] = (
        *(sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix),
        *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")),
        *site.getsitepackages(),
        *((site.getusersitepackages(),) if site.ENABLE_USER_SITE else ()),
        *(path for paths in given for path in paths.split(os.pathsep)),
        *hzbench.benchmark.__path__,
        *_links(sys.executable),
    )
    for path in named:
        if path and Path(path).is_absolute() and os.path.normpath(path) != "/":
            yield os.path.normpath(path)
            yield os.path.realpath(path)


def _links(program: str) -> Iterator[str]:
    """Yield the installations that the links behind a program's name lead through."""
    for _ in range(20):
        if not os.path.islink(program):  # noqa: PTH114 - names are compared, nothing is resolved
            return
        program = os.path.normpath(os.path.join(os.path.dirname(program), os.readlink(program)))  # noqa: PTH115, PTH118, PTH120 - as above
        yield os.path.dirname(os.path.dirname(program))  # noqa: PTH120 - as above
