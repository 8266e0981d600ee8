"""The host gets logits from an honest worker and one plain error from any other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
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

CLASSES = ("acne", "herpes_zoster", "tinea", "other")


def is_running(pid: int) -> bool:
    """Tell whether a process exists and is no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def ends(pid: int, within_s: float = 30) -> bool:
    """Wait for a process to end."""
    deadline = time.monotonic() + within_s
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not is_running(pid)


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
            *("params", "macs", "macs_fvcore", "macs_uncounted", "latency_ms", "latency_ratio", "threads")
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
        """No environment of the host's, no core dumps, no large files, a folder of its own."""
        process = Path(f"/proc/{session.pid}")
        environment = dict(
            entry.split("=", 1) for entry in (process / "environ").read_text().split("\0") if "=" in entry
        )
        assert environment["TORCH_FORCE_WEIGHTS_ONLY_LOAD"] == "1"
        assert environment["HOME"] != os.environ.get("HOME")
        assert Path(environment["HOME"]).name.startswith("hzbench-worker-")
        assert not {"PYTEST_CURRENT_TEST", "USER"} & environment.keys()
        limits = " ".join((process / "limits").read_text().split())
        assert "Max core file size 0 0 " in limits
        assert "Max file size 1048576 1048576 " in limits

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
    """With 64 MiB beyond torch itself the weights load, a batch does not fit."""
    with ModelSession(admit(small_file), None, Preprocessing(), 4, 1, memory_limit=64 << 20) as session:
        session.submit(0, 32)
        with pytest.raises(CheckpointError, match=r"out of memory|memory limit of 64 MiB"):
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


READY = '{"kind":"ready","architecture":"a","params":1,"dtype":"float32","notes":[]}'
DONE = '{"kind":"done","slot":0,"count":1}'

Fake = Callable[[str], ModelSession]


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Return a function that makes a session whose worker is the given Python text."""

    def make(text: str) -> ModelSession:
        start = (
            "import json, os, sys, time\n"
            "requests, replies = os.fdopen(int(sys.argv[1]), 'rb'), os.fdopen(int(sys.argv[2]), 'w')\n"
            "opening = json.loads(requests.readline())\n"
            "def say(text): print(text, file=replies, flush=True)\n"
            f"READY, DONE = {READY!r}, {DONE!r}\n"
        )
        (tmp_path / "fake_worker.py").write_text(start + textwrap.dedent(text), encoding="utf-8")
        (tmp_path / "model.pt").write_bytes(b"anything")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        monkeypatch.setattr("hzbench.benchmark.checkpoints.session.WORKER", "fake_worker")
        admitted = Admitted(tmp_path / "model.pt", "torch-zip", "0" * 64, 8)
        return ModelSession(admitted, None, Preprocessing(), 4, 2, answer_limit_s=20)

    return make


MISBEHAVIOUR = {
    "dies": ("sys.exit('first words\\nlast words')", r"died \(exit code 1; last words: last words\)"),
    "crashes": ("os.kill(os.getpid(), 11)", r"died \(SIGSEGV\)"),
    "babbles": ("say('hello')", "cannot be understood"),
    "sends another type": ("say(READY.replace('1', '\"1\"'))", "cannot be understood"),
    "sends an extra field": ("say(READY.replace('{', '{\"x\":1,'))", "cannot be understood"),
    "nests deeply": ("say('[' * 60000)", "cannot be understood"),
    "floods": ("while True: replies.write('x' * 60000)", "too long"),
    "answers out of turn": ("say(DONE)", "answered 'done' out of turn"),
    "swaps slots": ("say(READY); say(DONE.replace('0', '1')); time.sleep(60)", "another batch"),
    "claims more": ("say(READY); say(DONE.replace('1', '9')); time.sleep(60)", "another batch"),
    "writes to the terminal": (
        "say(json.dumps({'kind': 'failed', 'message': 'a\\x1b[31m\\nb'}))",
        r"^model\.pt: a \[31m b$",
    ),
}


@pytest.mark.parametrize("how", MISBEHAVIOUR)
def test_a_misbehaving_worker_is_a_plain_error(fake: Fake, how: str) -> None:
    """Whatever it says or does; and it is gone afterwards."""
    text, expected = MISBEHAVIOUR[how]
    with fake(text) as session:
        pid = session.pid
        with pytest.raises(CheckpointError, match=expected) as caught:
            _ = session.description, session.submit(0, 1), session.collect()
        assert str(caught.value).isprintable()
        assert ends(pid)


def test_silence_ends_at_the_limit(fake: Fake) -> None:
    """The limit is named."""
    session = fake("time.sleep(60)")
    session._answer_limit_s = 0.3
    with session, pytest.raises(CheckpointError, match=r"no answer within 0\.3 s"):
        _ = session.description


def test_why_it_gave_up_is_found_behind_earlier_answers(fake: Fake) -> None:
    """A request to a worker that has gone reads on to its last words."""
    text = """
        say(READY)
        requests.readline()
        say(DONE)
        say('{"kind":"failed","message":"the reason"}')
    """
    with fake(text) as session:
        session.submit(0, 1)
        assert ends(session.pid)
        with pytest.raises(CheckpointError, match=r"^model\.pt: the reason$"):
            session.submit(1, 1)


def test_the_worker_cannot_cut_the_shared_memory_short(fake: Fake) -> None:
    """That would kill the host at its next access; Linux seals the region."""
    text = """
        for region in (opening["images"], opening["logits"]):
            try:
                os.ftruncate(region, 0)
            except PermissionError:
                continue
            sys.exit("cut")
        say(READY)
        requests.readline()
        say(DONE)
        time.sleep(60)
    """
    with fake(text) as session:
        session.submit(0, 1)
        slot, logits = session.collect()
        assert (slot, logits.shape) == (0, (1, 4))
        session.images[:] = 1


def test_logits_are_a_copy_that_the_worker_cannot_change(fake: Fake) -> None:
    """What was collected stays; infinities pass, since scoring judges them."""
    text = """
        import struct
        os.pwrite(opening["logits"], struct.pack("<4f", 1, 2, float("inf"), 4), 0)
        say(READY)
        say(DONE)
        requests.readline()
        requests.readline()
        os.pwrite(opening["logits"], struct.pack("<4f", 9, 9, 9, 9), 0)
        say(DONE)
        time.sleep(60)
    """
    with fake(text) as session:
        session.submit(0, 1)
        _, first = session.collect()
        session.submit(0, 1)
        session.collect()
        assert first.tolist() == [[1, 2, float("inf"), 4]]


def test_a_session_that_was_never_entered_or_is_closed_says_so(fake: Fake) -> None:
    """Instead of failing inside."""
    session = fake("")
    with pytest.raises(CheckpointError, match="not open"):
        _ = session.description
    assert session.pid == 0


def test_leaving_ends_a_busy_worker_and_its_folder(fake: Fake) -> None:
    """Closing twice does no harm."""
    with fake("say(READY)\nwhile True: pass") as session:
        pid = session.pid
        assert session.description.params == 1
        home = Path(f"/proc/{pid}/cwd").readlink()
    session.close()
    assert not is_running(pid)
    assert not home.exists()


def test_a_missing_file_starts_nothing(tmp_path: Path) -> None:
    """It may have gone since admission."""
    session = ModelSession(Admitted(tmp_path / "gone.pt", "torch-zip", "", 0), None, Preprocessing(), 4, 1)
    with pytest.raises(CheckpointError, match="no such checkpoint"), session:
        pass
    assert session.pid == 0


def test_the_worker_ends_when_its_host_is_killed(small_file: Path) -> None:
    """Even by a signal that the host cannot catch."""
    text = f"""
        import sys, time
        from pathlib import Path
        from hzbench.benchmark.checkpoints.admission import admit
        from hzbench.benchmark.checkpoints.preprocessing import Preprocessing
        from hzbench.benchmark.checkpoints.session import ModelSession
        with ModelSession(admit(Path({str(small_file)!r})), None, Preprocessing(), 4, 1) as session:
            print(session.pid, flush=True)
            time.sleep(60)
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(text)], stdout=subprocess.PIPE, text=True
    ) as host:
        assert host.stdout is not None
        worker = int(host.stdout.readline())
        assert is_running(worker)
        host.kill()
    assert ends(worker)
