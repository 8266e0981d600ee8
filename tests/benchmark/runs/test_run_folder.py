"""A run's folder: continued when it is of the same, left alone when it is not."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from hzbench.benchmark.errors import CheckpointError, Terminated, UsageError
from hzbench.benchmark.runs.parts import Part
from hzbench.benchmark.runs.run_folder import open_run, run_folder

OF = {"checkpoint": "a" * 64, "draw": 0, "limit": None, "preprocessing": {"std": [0.5, 0.5, 0.5]}}
FOG, SNOW = Part("test fog 1", OF), Part("test snow 1", OF)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where a result would be written."""
    return tmp_path / "deep" / "result.json"


def interrupt(out: Path, error: BaseException | None = None) -> BaseException:
    """Leave a run with one part done, and return the error that ended it."""
    with pytest.raises(BaseException) as raised, open_run(out, OF, 80, resume=False) as run:  # noqa: PT012
        run.put(FOG, b"fog")
        run.finished(FOG)
        raise error or KeyboardInterrupt
    return raised.value


def content(folder: Path) -> dict[str, bytes]:
    """Return all files of a folder."""
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_run_that_ends_well_leaves_no_folder(out: Path) -> None:
    """The result document takes its place."""
    with open_run(out, OF, 2, resume=False) as run:
        run.put(FOG, b"fog")
        assert json.loads((run_folder(out) / "run.json").read_bytes())["of"] == OF
    assert list(out.parent.iterdir()) == []


def test_an_interrupted_run_is_continued(out: Path) -> None:
    """What was done is found, what was not is absent."""
    interrupt(out)
    with open_run(out, OF, 80, resume=True) as run:
        assert run.resumed == 1
        assert run.get(FOG) == b"fog"
        assert run.get(SNOW) is None


def test_with_nothing_to_resume_a_run_starts_afresh(out: Path) -> None:
    """`--resume` can stand in every command."""
    with open_run(out, OF, 80, resume=True) as run:
        assert run.resumed == 0


@pytest.mark.parametrize(
    "error", [KeyboardInterrupt(), Terminated(), CheckpointError("died"), OSError("full")]
)
def test_the_error_says_what_is_kept_and_how_to_continue(out: Path, error: BaseException) -> None:
    """Whatever ended the run."""
    interrupt(out, error)
    note = f"1 of 80 parts are kept in {run_folder(out)}; to continue, add --resume to the command."
    assert error.__notes__ == [note]


def test_others_can_read_how_far_a_run_is(out: Path) -> None:
    """While it runs, and why it ended."""
    with pytest.raises(CheckpointError), open_run(out, OF, 80, resume=False) as run:  # noqa: PT012
        run.put(FOG, b"fog")
        run.finished(FOG)
        told = json.loads((run_folder(out) / "progress.json").read_bytes())
        assert told == {"state": "running", "parts_done": 1, "parts": 80, "reason": ""}
        raise CheckpointError("net.pt: died")
    told = json.loads((run_folder(out) / "progress.json").read_bytes())
    assert told == {"state": "failed", "parts_done": 1, "parts": 80, "reason": "net.pt: died"}


def test_a_run_with_nothing_done_leaves_nothing(out: Path) -> None:
    """A refused checkpoint needs no clearing up."""
    error = CheckpointError("refused")
    with pytest.raises(CheckpointError), open_run(out, OF, 80, resume=False):
        raise error
    assert list(out.parent.iterdir()) == []
    assert not hasattr(error, "__notes__")


def test_an_interrupted_run_in_the_way_is_an_error_that_names_resume(out: Path) -> None:
    """Nothing in it changes."""
    interrupt(out)
    before = content(out.parent)
    with pytest.raises(UsageError, match=r"of the same, 1 parts done. Continue it with --resume, or delete"):
        open_run(out, OF, 80, resume=False).__enter__()
    assert content(out.parent) == before


@pytest.mark.parametrize("resume", [True, False])
@pytest.mark.parametrize("name", OF)
def test_a_run_of_something_else_is_an_error_that_names_the_difference(
    out: Path, name: str, resume: bool
) -> None:
    """Nothing in it changes."""
    interrupt(out)
    before = content(out.parent)
    with pytest.raises(UsageError, match=rf"something else \({name} is .* there, 7 here\)"):
        open_run(out, {**OF, name: 7}, 80, resume=resume).__enter__()
    assert content(out.parent) == before


def test_a_run_of_something_else_with_nothing_done_is_replaced(out: Path) -> None:
    """It was killed before it did anything."""
    folder = run_folder(out)
    folder.mkdir(parents=True)
    (folder / "run.json").write_text("{}")
    with open_run(out, OF, 80, resume=False):
        pass
    assert not folder.exists()


def test_a_second_process_is_told(out: Path) -> None:
    """The first one goes on."""
    with open_run(out, OF, 80, resume=False) as run:
        with pytest.raises(UsageError, match="another hzbench process is writing this result"):
            open_run(out, OF, 80, resume=True).__enter__()
        run.put(FOG, b"fog")
        assert run.get(FOG) == b"fog"


def damage(path: Path) -> None:
    """Cut the last byte off."""
    path.write_bytes(path.read_bytes()[:-1])


def copy_of_another(path: Path) -> None:
    """Put the file of another run in its place."""
    with open_run(path.parents[2] / "other.json", {}, 1, resume=False) as run:
        run.put(Part(FOG.name, {}), b"other")
        path.write_bytes(next((run.folder / "parts").iterdir()).read_bytes())


@pytest.mark.parametrize("spoil", [damage, copy_of_another, Path.unlink])
def test_a_spoiled_part_counts_as_none(out: Path, spoil: Callable[[Path], None]) -> None:
    """It is computed again."""
    interrupt(out)
    spoil(next((run_folder(out) / "parts").iterdir()))
    with open_run(out, OF, 80, resume=True) as run:
        assert run.get(FOG) is None


def test_a_damaged_run_document_is_an_error_and_nothing_is_lost(out: Path) -> None:
    """The parts stay."""
    interrupt(out)
    (run_folder(out) / "run.json").write_text("{")
    with pytest.raises(UsageError, match=r"run.json: absent, damaged"):
        open_run(out, OF, 80, resume=True).__enter__()
    assert len(list((run_folder(out) / "parts").iterdir())) == 1


@pytest.mark.parametrize("name", ["notes.txt", "parts/notes.txt"])
def test_a_folder_of_something_else_is_left_alone(out: Path, name: str) -> None:
    """It bears the name by chance."""
    foreign = run_folder(out) / name
    foreign.parent.mkdir(parents=True)
    foreign.write_text("mine")
    with pytest.raises(UsageError, match="no run of hzbench"):
        open_run(out, OF, 80, resume=True).__enter__()
    assert foreign.read_text() == "mine"


def test_what_killed_writers_left_is_removed(out: Path) -> None:
    """Temporary files beside the result and in the run, no others."""
    interrupt(out)
    leftovers = [run_folder(out) / ".run.json.x.part", run_folder(out) / "parts" / ".a.part.x.part"]
    leftovers += [out.parent / ".result.json.x.part", out.parent / ".result.npz.x.part"]
    other = out.parent / ".result2.json.x.part"
    for path in (*leftovers, other):
        path.write_bytes(b"half")
    with open_run(out, OF, 80, resume=True) as run:
        assert run.get(FOG) == b"fog"
        assert not [path for path in leftovers if path.exists()]
    assert other.exists()


def test_a_removal_that_was_cut_short_is_completed(out: Path) -> None:
    """A finished run is never taken for an interrupted one."""
    interrupt(out)
    (run_folder(out) / "finished").touch()
    with open_run(out, {"another": "run"}, 80, resume=False) as run:
        assert run.get(FOG) is None


def test_times_of_day_do_not_matter(out: Path) -> None:
    """The clock was set back after the interruption."""
    interrupt(out)
    for path in run_folder(out).rglob("*"):
        os.utime(path, (2**32, 2**32))
    with open_run(out, OF, 80, resume=True) as run:
        assert run.get(FOG) == b"fog"
