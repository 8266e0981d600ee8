"""One model in five formats answers alike, whatever batches and layouts its file was made for."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch
from safetensors.torch import save
from tiny_networks import MACS, PARAMS, Tiny, as_onnx, exported, scripted, tiny, traced

from hzbench.benchmark.checkpoints.admission import FORMATS
from hzbench.benchmark.checkpoints.efficiency import measure
from hzbench.benchmark.checkpoints.normalising import Normaliser
from hzbench.benchmark.checkpoints.preprocessing import Preprocessing
from hzbench.benchmark.checkpoints.runners import RUNNERS, runner_class
from hzbench.benchmark.checkpoints.torch_runner import TorchRunner
from hzbench.benchmark.errors import CheckpointError
from hzbench.submissions import zoo

FORMS: dict[str, tuple[str, Callable[[Tiny], bytes]]] = {
    "TorchScript": ("torchscript", scripted),
    "TorchScript, traced and frozen": ("torchscript", traced),
    ".pt2": ("pt2", exported),
    ".pt2 for one picture": ("pt2", lambda network: exported(network, 1)),
    "ONNX": ("onnx", as_onnx),
    "ONNX for one picture": ("onnx", lambda network: as_onnx(network, (1, 3, 224, 224))),
    "ONNX for 32 pictures": ("onnx", lambda network: as_onnx(network, (32, 3, 224, 224))),
    "ONNX with channels last": ("onnx", lambda network: as_onnx(network, ("n", 224, 224, 3))),
    "ONNX for one picture, channels last": ("onnx", lambda network: as_onnx(network, (1, 224, 224, 3))),
    "ONNX of any size": ("onnx", lambda network: as_onnx(network, ("n", 3, "h", "w"), name="x:0")),
    "ONNX that says nothing": ("onnx", lambda network: as_onnx(network, ("n", "c", "h", "w"))),
    "ONNX in float16": ("onnx", lambda network: as_onnx(network, kind=10)),
    "ONNX with two outputs": ("onnx", lambda network: as_onnx(network, outputs=("features", "scores"))),
}


def opened(data: bytes, file_format: str, preprocessing: Preprocessing | None = None, **options: Any) -> Any:
    """Return the runner of a file for four classes."""
    return runner_class(file_format)(data, file_format, None, preprocessing or Preprocessing(), 4, **options)


def refused(data: bytes, file_format: str = "onnx", preprocessing: Preprocessing | None = None) -> str:
    """Return the one line in which a file is refused."""
    with pytest.raises(CheckpointError) as caught:
        opened(data, file_format, preprocessing)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.fixture(scope="module")
def network() -> Tiny:
    """The network itself."""
    return tiny()


@pytest.fixture(scope="module")
def images() -> npt.NDArray[np.uint8]:
    """Seven pictures of different colours and grain."""
    random = np.random.default_rng(0)
    colours = random.integers(0, 200, (7, 1, 1, 3))
    return (colours + random.integers(0, 56, (7, 224, 224, 3))).astype(np.uint8)


@pytest.fixture(scope="module")
def expected(network: Tiny, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """The plain network's logits."""
    with torch.inference_mode():
        logits: npt.NDArray[np.float32] = network(
            Normaliser(Preprocessing())(torch.from_numpy(images))
        ).numpy()
    assert np.ptp(logits, axis=0).min() > 0.1
    return logits


def test_every_format_has_a_runner() -> None:
    """What is admitted can be run."""
    assert RUNNERS.keys() == FORMATS.keys()


@pytest.mark.parametrize("form", FORMS)
def test_all_formats_give_the_logits_of_the_network(
    form: str, network: Tiny, images: npt.NDArray[np.uint8], expected: npt.NDArray[np.float32]
) -> None:
    """Within 1e-4 (float16 rounds its input), whole or in smaller batches; so are parameters and MACs."""
    file_format, make = FORMS[form]
    runner = opened(make(network), file_format)
    tolerance = 2e-2 if "float16" in form else 1e-4
    np.testing.assert_allclose(runner.forward(images), expected, rtol=0, atol=tolerance)
    parts = np.concatenate(
        [runner.forward(images[:1]), runner.forward(images[1:3]), runner.forward(images[3:])]
    )
    np.testing.assert_allclose(parts, expected, rtol=0, atol=tolerance)
    assert runner.input_size == 224
    cost = measure(runner, latency=False)
    assert (cost.params, cost.macs) == (PARAMS, MACS)


def test_the_size_that_a_file_fixes_is_taken_and_said(network: Tiny, images: npt.NDArray[np.uint8]) -> None:
    """For ONNX and .pt2 alike, and nothing is said where 224 pixels are usual."""
    logits = []
    for data, file_format in (
        (as_onnx(network, ("n", 3, 96, 96)), "onnx"),
        (exported(network, None, 96), "pt2"),
    ):
        runner = opened(data, file_format)
        assert runner.input_size == 96
        assert runner.notes == ["input size 96 taken from the file"]
        logits.append(runner.forward(images))
    np.testing.assert_allclose(*logits, rtol=0, atol=1e-4)
    assert opened(as_onnx(network), "onnx").notes == []


def test_a_declared_size_that_a_file_contradicts_is_refused(network: Tiny) -> None:
    """Both are named."""
    message = refused(as_onnx(network, ("n", 3, 96, 96)), "onnx", Preprocessing(input_size=128))
    assert "?x3x96x96, but input_size = 128 is declared. Declare 96, or nothing." in message


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "uint8": ({"kind": 2}, "is uint8 .* normalised float32 pictures are given. .* division by 255"),
    "grey": ({"shape": ("n", 1, 224, 224)}, "Nx3xHxW or NxHxWx3"),
    "oblong": ({"shape": ("n", 3, 224, 320)}, "square pictures are given"),
    "tiny": ({"shape": ("n", 3, 16, 16)}, "sides of 32 to 1024"),
    "huge batch": ({"shape": (512, 3, 64, 64)}, "batches of 1 to 256"),
    "features": ({"outputs": ("features",)}, r"no output has the shape 2x4 .*'features' 2x8 float32"),
    "two alike": ({"outputs": ("left", "right")}, "2 outputs could be the logits .* call it 'logits'"),
}


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("what", REFUSED)
def test_inputs_and_outputs_that_cannot_be_used_are_refused_in_one_line(what: str, network: Tiny) -> None:
    """What was found, what was expected, what to do."""
    options, said = REFUSED[what]
    if options.get("shape", (0, 3))[1] == 1:
        network = _grey(network)
    assert re.search(said, refused(as_onnx(network, **options)))


def _grey(network: Tiny) -> Tiny:
    grey = tiny()
    grey.first.weight = torch.nn.Parameter(network.first.weight[:, :1].clone())
    return grey


def test_the_output_called_logits_wins(network: Tiny) -> None:
    """And the other is named."""
    notes = opened(as_onnx(network, outputs=("aux", "logits")), "onnx").notes
    assert notes == ["output 'logits' used, not 'aux'"]


class Pair(torch.nn.Module):
    """Gives a dictionary of features and logits."""

    def __init__(self) -> None:
        super().__init__()
        self.tiny = tiny()

    def forward(self, batch: torch.Tensor) -> dict[str, torch.Tensor]:
        return {"features": batch.mean((2, 3)), "answer": self.tiny(batch)}


@pytest.mark.parametrize(("make", "file_format"), [(scripted, "torchscript"), (exported, "pt2")])
def test_programs_may_give_dictionaries(
    make: Callable[..., bytes],
    file_format: str,
    images: npt.NDArray[np.uint8],
    expected: npt.NDArray[np.float32],
) -> None:
    """The one tensor that could be the logits is used, and the others are named."""
    runner = opened(make(Pair()), file_format)
    assert runner.notes == ["output 'answer' used, not 'features'"]
    np.testing.assert_allclose(runner.forward(images), expected, rtol=0, atol=1e-4)
    assert runner.architecture == "Pair"


@pytest.mark.parametrize("file_format", ["onnx", "torchscript", "pt2"])
def test_bytes_that_are_no_model_are_one_line(file_format: str) -> None:
    """Whatever the library says."""
    assert "cannot be loaded" in refused(b"\x08\x07nonsense", file_format)


def test_onnx_stays_on_the_processor(network: Tiny) -> None:
    """Whoever asks for a graphics card is told."""
    with pytest.raises(CheckpointError, match="runs on the CPU, not on cuda"):
        opened(as_onnx(network), "onnx", device="cuda")


def test_without_onnxruntime_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra `onnx` brings it."""
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    monkeypatch.delitem(sys.modules, "hzbench.benchmark.checkpoints.onnx_runner", raising=False)
    with pytest.raises(CheckpointError, match=r'pip install "hzbench\[onnx\]"'):
        runner_class("onnx")


def test_operators_whose_work_is_not_counted_are_named(network: Tiny) -> None:
    """The count is then null, never a part of it."""
    import onnx

    model = onnx.load_model_from_string(as_onnx(network))
    head = next(node for node in model.graph.node if node.op_type == "Gemm")
    head.CopyFrom(
        onnx.helper.make_node("Einsum", ["features", "head.weight"], ["scores"], equation="nf,of->no")
    )
    stream = io.BytesIO(model.SerializeToString())
    cost = measure(opened(stream.getvalue(), "onnx"), latency=False)
    assert cost.macs is None
    assert "Einsum x1" in cost.macs_uncounted


def test_layers_that_ask_for_their_version_are_loaded() -> None:
    """MNASNet's refuse weights without one, and no file carries it past admission."""
    weights = {key: value.contiguous() for key, value in zoo.build("mnasnet", 4).state_dict().items()}
    runner = TorchRunner(save(weights), "safetensors", None, Preprocessing(), 4)
    assert (runner.architecture, runner.params) == ("mnasnet", 3_107_436)
