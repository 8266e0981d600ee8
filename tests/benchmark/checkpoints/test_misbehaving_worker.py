"""Whatever a worker says or does, the host gets one plain error and no process is left."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hzbench.benchmark.checkpoints.admission import Admitted
from hzbench.benchmark.checkpoints.preprocessing import Preprocessing
from hzbench.benchmark.checkpoints.session import ModelSession
from hzbench.benchmark.errors import CheckpointError


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


READY = (
    '{"kind":"ready","architecture":"a","format":"","params":1,"dtype":"float32","input_size":224,'
    '"sandbox":"SANDBOX","notes":[]}'
)
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
            "from hzbench.benchmark.checkpoints.sandbox.confining import reached\n"
            f"READY, DONE = {READY!r}.replace('SANDBOX', reached()), {DONE!r}\n"
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
    "takes 100 GB": (
        "from hzbench.benchmark.checkpoints.sandbox.confining import seal\n"
        "seal(opening['memory_limit'])\n"
        "bytearray(100 << 30)",
        r"died \(exit code 1; last words: MemoryError\)",
    ),
    "floods its output": (
        "for _ in range(2000): os.write(1, b'x' * 65536), os.write(2, b'x' * 65536)\nsys.exit('end')",
        r"died \(exit code 1; last words: x+…\)",
    ),
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
