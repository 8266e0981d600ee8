"""`hzbench doctor` says what is there, what is not, and what to do."""

from __future__ import annotations

import json
from importlib import metadata
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hzbench.benchmark.checkpoints.sandbox import ladder
from hzbench.benchmark.checkpoints.sandbox.ladder import Layer
from hzbench.benchmark.cli.app import app
from hzbench.benchmark.workflows import doctor

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "specification-1.json"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the trial of a worker, which loads torch."""
    monkeypatch.setattr(doctor, "_try", lambda sandbox: None)
    monkeypatch.delenv(ladder.VARIABLE, raising=False)


def run(*arguments: str, **environment: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(app, ["doctor", *arguments], env=environment)


def test_a_worker_is_really_tried() -> None:
    """In the sandbox of this machine, torch loads and computes."""
    assert doctor._try(ladder.choose()) is None


@pytest.mark.usefixtures("quick")
def test_a_sound_machine_is_fit() -> None:
    """Exit 0; the document and the lines hold the same findings."""
    printed, as_json = run(), run("--json")
    assert (printed.exit_code, as_json.exit_code) == (0, 0)
    document = json.loads(as_json.stdout)
    assert document["schema"] == "hzbench.doctor/1"
    assert document["fit"]
    names = [finding["name"] for finding in document["findings"]]
    assert {"torch", "cores", "JPEG coder", "bubblewrap", "landlock", "seccomp", "rung"} <= set(names)
    assert all(name in printed.stdout for name in names)
    assert max(map(len, printed.stdout.splitlines())) <= 110


@pytest.mark.usefixtures("quick")
def test_a_missing_library_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 1, with what to install; an old torch is as bad."""
    real = metadata.version

    def version(name: str) -> str:
        if name == "timm":
            raise metadata.PackageNotFoundError(name)
        return "2.9.1+cu128" if name == "torch" else real(name)

    monkeypatch.setattr(metadata, "version", version)
    result = run()
    assert result.exit_code == 1
    assert "pip install timm" in result.stdout
    assert "2.9.1+cu128, at least 2.10 is needed" in result.stdout
    assert "evaluation cannot run here (torch, timm)" in result.stderr


@pytest.mark.usefixtures("quick")
def test_a_lower_rung_is_a_note_with_the_way_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights can still be evaluated."""
    absent = Layer(False, "bwrap is not installed", "Install it: apt install bubblewrap")
    none = Layer(False, "the kernel has none", "Use a newer kernel")
    monkeypatch.setattr(ladder, "probe", lambda: {"bubblewrap": absent, "landlock": none, "seccomp": none})
    result = run()
    assert result.exit_code == 0
    assert "apt install bubblewrap" in result.stdout
    assert "programs are refused" in result.stdout


@pytest.mark.usefixtures("quick")
def test_a_rung_that_cannot_be_had_is_broken() -> None:
    """As the variable would fail every evaluation."""
    result = run(**{ladder.VARIABLE: "landlok"})
    assert result.exit_code == 1
    assert "Correct or unset HZBENCH_SANDBOX" in result.stdout


def test_the_expected_jpeg_coder_is_the_golden_one() -> None:
    """The digest beside the golden pictures."""
    assert json.loads(GOLDEN.read_text())["jpeg_probe"] == doctor.JPEG_PROBE
