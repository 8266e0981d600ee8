"""An honest model answers the same in every sandbox, bit for bit, in every format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tiny_networks import Tiny, as_onnx, exported, scripted, tiny

from hzbench.benchmark.checkpoints.admission import Admitted, admit
from hzbench.benchmark.checkpoints.preprocessing import Preprocessing
from hzbench.benchmark.checkpoints.runners import runner_class
from hzbench.benchmark.checkpoints.sandbox import ladder
from hzbench.benchmark.checkpoints.session import ModelSession
from hzbench.benchmark.errors import CheckpointError

FORMS: dict[str, Callable[[Tiny], bytes]] = {"torchscript": scripted, "pt2": exported, "onnx": as_onnx}


@pytest.mark.parametrize(
    ("rung", "form"),
    [("bubblewrap", "pt2"), ("landlock", "torchscript"), ("landlock", "pt2"), ("none", "onnx")],
)
def test_answers_do_not_depend_on_the_sandbox(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, rung: str, form: str
) -> None:
    """They are those of the same runner in this process; what they cost can be measured too."""
    if missing := [name for name in ladder.RUNGS[rung] if not ladder.probe()[name].works]:
        pytest.skip(f"{missing[0]}: {ladder.probe()[missing[0]].found}")
    monkeypatch.setenv(ladder.VARIABLE, rung)
    path = tmp_path / "model"
    path.write_bytes(FORMS[form](tiny()))
    images = np.random.default_rng(0).integers(0, 256, (5, 224, 224, 3), dtype=np.uint8)
    runner = runner_class(form)(path.read_bytes(), form, None, Preprocessing(), 4)
    with ModelSession(admit(path), None, Preprocessing(), 4, 1) as session:
        session.images[0, :5] = images
        session.submit(0, 5)
        np.testing.assert_array_equal(session.collect()[1], runner.forward(images))
        assert session.description.sandbox.split("+")[0] == rung
        assert session.efficiency(latency=False)["params"] == runner.params


def test_a_program_needs_a_sandbox_however_it_is_opened(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No worker is started for it on the lowest rung; the error is one of the checkpoint's."""
    monkeypatch.setenv(ladder.VARIABLE, "none")
    (tmp_path / "model.pt2").write_bytes(b"a program")
    session = ModelSession(Admitted(tmp_path / "model.pt2", "pt2", "", 9), None, Preprocessing(), 4, 1)
    with pytest.raises(CheckpointError, match="rule 'sandbox'"), session:
        pass
    assert session.pid == 0
