"""The host gets the logits of the plain network from an honest worker, and its reasons from a failing one."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import torch

from hzbench.benchmark.checkpoints.admission import Admitted, admit
from hzbench.benchmark.checkpoints.architectures import build
from hzbench.benchmark.checkpoints.integrity import probe
from hzbench.benchmark.checkpoints.preprocessing import Preprocessing
from hzbench.benchmark.checkpoints.session import ModelSession
from hzbench.benchmark.checkpoints.torch_runner import TorchRunner
from hzbench.benchmark.errors import CheckpointError


def innermost(pid: int) -> int:
    """Return the process that a started one ended up in: itself, or the worker inside its sandbox."""
    while children := Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split():
        pid = int(children[0])
    return pid


CLASSES = ("acne", "herpes_zoster", "tinea", "other")


@pytest.fixture(scope="module")
def images() -> npt.NDArray[np.uint8]:
    """Eight pictures of noise."""
    return np.random.default_rng(0).integers(0, 256, (8, 224, 224, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def session(small_file: Path) -> Iterator[ModelSession]:
    """A session whose model declares another order of classes than the dataset."""
    declared = Preprocessing(classes=("other", "acne", "tinea", "herpes_zoster"))
    with ModelSession(admit(small_file), None, declared, 4, 3, classes=CLASSES) as session:
        yield session


class TestHonestWorker:
    """One worker that serves all of these tests."""

    def test_it_describes_the_model(self, session: ModelSession) -> None:
        """Recognised from the weights alone."""
        description = session.description
        assert description.architecture == "mobilenet_v3_small"
        assert description.format == "state_dict (.pt)"
        assert description.params == 1_521_956
        assert description.dtype == "float32"
        assert description.notes == ("architecture mobilenet_v3_small recognised from the weights",)

    def test_answers_come_in_order_and_equal_the_plain_forward(
        self, session: ModelSession, small_file: Path, images: npt.NDArray[np.uint8]
    ) -> None:
        """Bit for bit, with columns in the dataset's order of classes."""
        runner = TorchRunner(small_file.read_bytes(), "torch-zip", None, Preprocessing(), 4)
        batches = {2: images[:5], 0: images[5:8], 1: images[:1]}
        for slot, batch in batches.items():
            session.images[slot, : len(batch)] = batch
            session.submit(slot, len(batch))
        assert session.pending == 3
        for slot, batch in batches.items():
            answered, logits = session.collect()
            assert answered == slot
            np.testing.assert_array_equal(logits, runner.forward(batch)[:, [1, 3, 2, 0]])
        assert session.pending == 0

    def test_it_passes_the_integrity_checks(
        self, session: ModelSession, images: npt.NDArray[np.uint8]
    ) -> None:
        """An ordinary network has no flags."""
        assert probe(session, images) == []

    def test_it_measures_the_cost(self, session: ModelSession) -> None:
        """Keys and values that go into the result."""
        cost = session.efficiency(latency=False)
        assert cost.keys() == {
            *("params", "macs", "macs_fvcore", "macs_uncounted", "latency_ms", "latency_ratio", "threads"),
            *("repeat_ratio", "zeros_ratio"),
        }
        assert (cost["params"], cost["macs"]) == (1_521_956, 55_490_496)

    def test_misuse_is_a_value_error(self, session: ModelSession) -> None:
        """Slots and counts out of range, and collecting nothing."""
        for slot, count in ((3, 1), (0, 33), (0, 0), (-1, 1)):
            with pytest.raises(ValueError, match="slot"):
                session.submit(slot, count)
        with pytest.raises(ValueError, match="no batch"):
            session.collect()
        session.submit(0, 1)
        with pytest.raises(ValueError, match="still under way"):
            session.submit(0, 1)
        with pytest.raises(ValueError, match="still under way"):
            session.efficiency()
        session.collect()

    def test_the_worker_runs_in_a_clean_and_narrow_process(self, session: ModelSession) -> None:
        """No environment of the host's, no core dumps, no large files, no rights, a folder of its own."""
        process = Path(f"/proc/{innermost(session.pid)}")
        environment = dict(
            entry.split("=", 1) for entry in (process / "environ").read_text().split("\0") if "=" in entry
        )
        assert environment["TORCH_FORCE_WEIGHTS_ONLY_LOAD"] == "1"
        assert environment["HOME"] != os.environ.get("HOME")
        assert environment["HOME"] == environment["TMPDIR"]
        assert environment["HOME"] == "/tmp" or Path(environment["HOME"]).name.startswith("hzbench-worker-")
        assert not {"PYTEST_CURRENT_TEST", "USER"} & environment.keys()
        limits = " ".join((process / "limits").read_text().split())
        assert "Max core file size 0 0 " in limits
        assert "Max file size 1048576 1048576 " in limits
        assert "Max address space unlimited" not in limits
        status = dict(
            line.split(":", 1) for line in (process / "status").read_text().splitlines() if ":" in line
        )
        assert int(status["CapEff"], 16) in (0, 1 << 2)  # root may still read what others own

    def test_a_killed_worker_is_a_plain_error(self, session: ModelSession) -> None:
        """The signal is named; afterwards the session is closed. Comes last: it ends the shared worker."""
        session.submit(0, 1)
        os.kill(session.pid, signal.SIGKILL)
        with pytest.raises(
            CheckpointError, match=r"model\.pt: the process .* died \(SIGKILL, probably out of memory"
        ):
            session.collect()
        with pytest.raises(CheckpointError, match="closed"):
            session.submit(1, 1)


def test_three_outputs_reach_the_host_as_one_sentence(tmp_path: Path) -> None:
    """The worker's reason is passed on."""
    path = tmp_path / "three.pt"
    torch.save(build("mobilenet_v3_small", 3).state_dict(), path)
    with (
        ModelSession(admit(path), None, Preprocessing(), 4, 1) as session,
        pytest.raises(
            CheckpointError, match=r"^three\.pt: the model \(mobilenet_v3_small\) has 3 outputs, .* 4 classes"
        ),
    ):
        _ = session.description


def test_a_model_out_of_memory_says_so(small_file: Path) -> None:
    """With 256 MiB beyond torch itself the weights load; 32 pictures of 1024 pixels take 403 MB at once."""
    large = Preprocessing(input_size=1024)
    with ModelSession(admit(small_file), None, large, 4, 1, memory_limit=256 << 20) as session:
        session.submit(0, 32)
        with pytest.raises(CheckpointError, match="out of memory while the model ran"):
            session.collect()


def test_a_file_that_changed_after_admission_is_refused(tmp_path: Path, small_file: Path) -> None:
    """The worker loads the admitted bytes or nothing."""
    path = tmp_path / "model.pt"
    path.write_bytes(small_file.read_bytes())
    admitted = admit(path)
    path.write_bytes(small_file.read_bytes() + b"\0")
    with (
        ModelSession(admitted, None, Preprocessing(), 4, 1) as session,
        pytest.raises(CheckpointError, match="changed after it was checked"),
    ):
        _ = session.description


def test_a_missing_file_starts_nothing(tmp_path: Path) -> None:
    """It may have gone since admission."""
    session = ModelSession(Admitted(tmp_path / "gone.pt", "torch-zip", "", 0), None, Preprocessing(), 4, 1)
    with pytest.raises(CheckpointError, match="no such checkpoint"), session:
        pass
    assert session.pid == 0
