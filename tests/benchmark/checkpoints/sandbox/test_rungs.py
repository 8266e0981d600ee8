"""A hostile worker is stopped on every rung, and its attacks are live: without a sandbox they succeed."""

from __future__ import annotations

from pathlib import Path

import pytest
from rungs import missing, report_of


def succeeded(kind: str, folder: Path, device: str = "cpu") -> set[str]:
    """Return the attacks that succeed in a kind of sandbox, or skip where this machine does not have it."""
    if reason := missing(kind):
        pytest.skip(reason)
    return {attack for attack, error in report_of(kind, folder, device).items() if not error}


ON_A_CARD = {
    "make a file in /tmp",
    "make a file in its own folder",
    "fill its own folder with files",
    "keep memory in a nameless file",
}
"""What a graphics card's driver is left besides."""


@pytest.mark.parametrize("kind", ["all three", "bubblewrap+seccomp", "landlock+seccomp"])
@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_nothing_succeeds_where_programs_are_taken(kind: str, device: str, tmp_path: Path) -> None:
    """On either rung; a graphics card's driver is left a little room, within the worker."""
    assert succeeded(kind, tmp_path, device) <= (set() if device == "cpu" else ON_A_CARD)


def test_the_attacks_are_live(tmp_path: Path) -> None:
    """Without a sandbox all succeed but those that limits or the kernel's usual rights stop."""
    by_limits = {"take 100 GB of memory", "lift its memory limit", "start 2,000 threads"}
    of_others = {
        "read /etc/shadow",  # these depend on who runs the tests, and on the kernel's settings
        "read the host's environment",
        "trace the host",
        "read the host's memory",
        "read the host's memory by a call",
        "bind the host to a core",
        "slow the host down",
        "limit the host",
        "make a namespace",
        "use io_uring",
        "send by UDP",
        "connect by TCP",
        "listen",
    }
    stopped = {attack for attack, error in report_of("none", tmp_path).items() if error}
    assert by_limits <= stopped <= by_limits | of_others
