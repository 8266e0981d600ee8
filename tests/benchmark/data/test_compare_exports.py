"""SD-HZ-C on disk is the same however it came about: the script of the exactness page, on a small dataset."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("compare_exports.py")


def test_a_killed_export_is_the_same_tree_and_a_flipped_bit_is_named(
    built_once: Path, tmp_path: Path
) -> None:
    """All 75 cells, one worker against killed and resumed with two; `hzbench verify` names the file."""
    run = subprocess.run(
        [sys.executable, SCRIPT, "--data", built_once, "--folder", tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "files that differ: 0" in run.stdout
    assert "flipped; verify, exit 1: hzbench:" in run.stdout
    assert list(tmp_path.iterdir()) == []
