"""An ONNX network, ready to turn pictures into logits. Runs in the worker only.

onnxruntime is given bytes, never a path, so that nothing beside the file can be read; no library of operators
is registered.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from hzbench.benchmark.checkpoints.declared_input import fixed_input
from hzbench.benchmark.checkpoints.foreign_network import ForeignNetwork, Outputs
from hzbench.benchmark.checkpoints.normalising import Normaliser
from hzbench.benchmark.checkpoints.onnx_declaration import declaration
from hzbench.benchmark.checkpoints.preprocessing import Preprocessing
from hzbench.benchmark.checkpoints.refusal import printable
from hzbench.benchmark.checkpoints.runner import Counts
from hzbench.benchmark.errors import CheckpointError

try:
    import onnx
    import onnxruntime

    from hzbench.benchmark.checkpoints import onnx_graph
except ImportError as error:
    raise CheckpointError(
        'an ONNX model needs onnxruntime. Install it with: pip install "hzbench[onnx]"'
    ) from error

_KINDS = {"tensor(float)": "float32", "tensor(float16)": "float16", "tensor(uint8)": "uint8"}


class OnnxRunner:
    """An ONNX network on the CPU, on one thread; see `runner.Runner`."""

    dtype = "float32"
    device = "cpu"

    def __init__(
        self,
        data: bytes,
        file_format: str,
        architecture: str | None,
        preprocessing: Preprocessing,
        num_classes: int,
        device: str = "cpu",
    ) -> None:
        """Load the network and try it out.

        Args:
            data: all bytes of the admitted file.
            file_format: "onnx".
            architecture: what tables call it; None takes what the file says.
            preprocessing: what the model expects of a picture.
            num_classes: classes of the dataset.
            device: "cpu".

        Raises:
            CheckpointError: it cannot be loaded, takes something else than pictures, fails, or gives no
                logits.
        """
        if device != "cpu":
            raise CheckpointError(f"an ONNX model runs on the CPU, not on {device}. Leave --device out.")
        self.notes: list[str] = []
        try:
            self.model = onnx.load_model_from_string(data)
            self._session = open_session(data)
        except Exception as error:  # readers raise all kinds of errors on hostile bytes
            raise CheckpointError(f"the ONNX file cannot be loaded: {printable(str(error), 200)}") from error
        declared = declaration({one.key: one.value for one in self.model.metadata_props})
        self.architecture = architecture or (declared and declared.architecture) or "unknown"
        self.format = f"ONNX{_precision(self.model, declared.quantisation if declared else None)}"
        self.params = onnx_graph.count_params(self.model)
        inputs = self._session.get_inputs()
        if len(inputs) != 1:
            names = ", ".join(f"'{printable(one.name, 60)}'" for one in inputs[:8])
            raise CheckpointError(
                f"the network takes {len(inputs)} inputs ({names}), one of pictures was expected."
            )
        kind = _KINDS.get(inputs[0].type, inputs[0].type)
        shape = [size if isinstance(size, int) else None for size in inputs[0].shape]
        fixed = fixed_input(inputs[0].name, kind, shape, preprocessing, self.notes)
        self.input_size = fixed.size
        self._input, self._half, self._channels_first = (
            inputs[0].name,
            kind == "float16",
            fixed.channels_first,
        )
        self._outputs = [output.name for output in self._session.get_outputs()]
        self._normalise = Normaliser(preprocessing.model_copy(update={"input_size": fixed.size}))
        example = torch.zeros(1, 3, fixed.size, fixed.size)
        self.network = ForeignNetwork(self._run, example, num_classes, self.notes, fixed.batch)

    @torch.inference_mode()
    def forward(self, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Return the logits of pictures, shape (n, 224, 224, 3) -> (n, number of outputs)."""
        logits = self.network(self._normalise(torch.from_numpy(images)))
        array: npt.NDArray[np.float32] = logits.to(torch.float32).numpy()
        return array

    def to_onnx(self) -> Any:
        """Return a copy of the network."""
        if onnx_graph.is_quantised(self.model) or self._half:
            raise CheckpointError(
                f"the file is {self.format} already. Give the float32 network that it was made of."
            )
        copied = onnx.ModelProto()
        copied.CopyFrom(self.model)
        return copied

    def count(self, example: torch.Tensor) -> Counts:
        """Count the multiply-accumulates of one normalised picture."""
        pictures = self.network.smallest(example)
        try:
            macs, uncounted = onnx_graph.count_macs(self.model, self.as_input(pictures))
        except Exception as error:  # noqa: BLE001 - the answers are complete by then and must not be lost
            macs, uncounted = None, [f"not countable ({type(error).__name__})"]
        return Counts(macs, None, uncounted).of_one(len(pictures))

    def as_input(self, pictures: torch.Tensor) -> np.ndarray:
        """Return normalised pictures as the network takes them."""
        ordered = pictures if self._channels_first else pictures.permute(0, 2, 3, 1)
        return ordered.to(torch.float16 if self._half else torch.float32).contiguous().numpy()

    def _run(self, pictures: torch.Tensor) -> Outputs:
        values: list[Any] = self._session.run(self._outputs, {self._input: self.as_input(pictures)})
        pairs = zip(self._outputs, values, strict=True)
        return [(name, torch.from_numpy(np.asarray(value))) for name, value in pairs if _is_tensor(value)]


def open_session(data: bytes) -> Any:
    """Return an onnxruntime session over a serialised model: CPU, one thread, the same bits each time."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.use_deterministic_compute = True
    options.log_severity_level = 4  # errors come as exceptions
    # without VNNI, 8-bit products may overflow 16 bits: this way all x86 processors give the same
    options.add_session_config_entry("session.x64quantprecision", "1")
    return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])


def _precision(model: Any, quantisation: str | None) -> str:
    """Return what is added to the format's name: how numbers are stored, as found, and how that was made."""
    if onnx_graph.is_quantised(model):
        return f" int8 ({quantisation})" if quantisation else " int8"
    return " float16" if onnx_graph.is_half(model) else ""


def _is_tensor(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype != object
