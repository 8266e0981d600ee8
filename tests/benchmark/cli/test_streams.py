"""What becomes of a command whose stdout or stderr is closed, full of other letters, or no longer read."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hzbench.benchmark.cli.console import progress_bar

COMMAND = f"{sys.executable} -c 'import sys; from hzbench.benchmark.cli import main; main()'"


def shell(script: str, tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a shell script in which $HZBENCH is the command line."""
    settings = {**os.environ, "HZBENCH": COMMAND, "HZBENCH_CACHE": str(tmp_path), **environment}
    return subprocess.run(
        ["bash", "-c", script], env=settings, capture_output=True, text=True, check=False, cwd=tmp_path
    )


@pytest.mark.parametrize(("closing", "code"), [(">&-", 5), ("2>&-", 5), (">&- 2>&-", 5)])
def test_closed_streams_change_no_exit_code(tmp_path: Path, closing: str, code: int) -> None:
    """What cannot be printed is left out."""
    done = shell(f'eval "$HZBENCH data info nowhere {closing}"', tmp_path)
    assert done.returncode == code
    assert "Traceback" not in done.stderr


def test_a_reader_that_leaves_early_is_no_error_message(tmp_path: Path) -> None:
    """As with `| head`: silence, and the exit code of SIGPIPE."""
    done = shell('(eval "$HZBENCH cache path"; echo "code $?" >&2) | true', tmp_path)
    assert done.stderr.split() in (["code", "141"], ["code", "0"])  # 0 where the line went out in time


def test_letters_that_the_terminal_lacks_are_no_error(tmp_path: Path) -> None:
    """A Latin-1 terminal shows a question mark in their place."""
    folder = tmp_path / "\u76ae\u80a4"
    done = shell(
        'eval "$HZBENCH cache path"', tmp_path, HZBENCH_CACHE=str(folder), PYTHONIOENCODING="latin-1"
    )
    assert done.returncode == 0
    assert done.stdout.strip() == str(tmp_path / "??")


def test_a_variable_named_version_is_not_the_option(tmp_path: Path) -> None:
    """`HZBENCH_VERSION` is what a build script may well set."""
    done = shell('eval "$HZBENCH cache path"', tmp_path, HZBENCH_VERSION="1.0")
    assert (done.returncode, done.stdout.strip()) == (0, str(tmp_path))


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_command_says_so_by_its_exit_code(tmp_path: Path, number: int, code: int) -> None:
    """Ctrl-C and a cancelled job end a command that waits, without a traceback."""
    script = (
        "import os, signal, sys, time\n"
        # a job in the background inherits the signal as ignored
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "import hzbench.benchmark.durable as durable\n"
        "from hzbench.benchmark.cli import main\n"
        f"durable.cache_folder = lambda: (os.kill(os.getpid(), {number}), time.sleep(30))\n"
        "sys.argv = ['hzbench', 'cache', 'path']\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr


def test_brackets_in_a_stage_are_shown_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dataset's name is no markup."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with progress_bar() as progress:
        assert progress is not None
        progress("rendering [/nothing]", 1, 2)
