"""A TorchScript program, ready to turn pictures into logits. Runs in the worker only, in a sandbox."""

from __future__ import annotations

import io
import warnings
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from hzbench.benchmark.checkpoints.counting import count_macs
from hzbench.benchmark.checkpoints.foreign_network import ForeignNetwork, Outputs, named_outputs
from hzbench.benchmark.checkpoints.normalising import Normaliser
from hzbench.benchmark.checkpoints.preprocessing import Preprocessing
from hzbench.benchmark.checkpoints.refusal import printable
from hzbench.benchmark.checkpoints.runner import Counts
from hzbench.benchmark.errors import CheckpointError


class TorchScriptRunner:
    """A TorchScript module in evaluation mode, without gradients; see `runner.Runner`.

    It runs unoptimised: the compiler watches the first calls and then changes the code, so that the same
    batch would get other last bits later on.
    """

    format = ""
    dtype = "float32"

    def __init__(
        self,
        data: bytes,
        file_format: str,
        architecture: str | None,
        preprocessing: Preprocessing,
        num_classes: int,
        device: str = "cpu",
    ) -> None:
        """Load the program and try it out.

        Args:
            data: all bytes of the admitted file.
            file_format: "torchscript".
            architecture: what tables call it; None takes the class that it was scripted or traced from.
            preprocessing: what the model expects of a picture.
            num_classes: classes of the dataset.
            device: "cpu", "cuda" or "mps".

        Raises:
            CheckpointError: it cannot be loaded, fails, or gives something else than logits.
        """
        self.notes: list[str] = []
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # TorchScript is deprecated
                load: Any = torch.jit.load  # torch has no type hints here
                self._module = load(io.BytesIO(data), map_location=device).eval()
        except Exception as error:  # readers raise all kinds of errors on hostile bytes
            raise CheckpointError(f"the program cannot be loaded: {printable(str(error), 200)}") from error
        self.architecture = architecture or printable(self._module.original_name, 100) or "unknown"
        self.params = sum(parameter.numel() for parameter in self._module.parameters())
        if self.params == 0:
            self.params = _frozen_params(self._module)
            self.notes.append("frozen program: parameters counted from its constants")
        self.input_size = preprocessing.size
        self.device = device
        self._normalise = Normaliser(preprocessing, device)
        example = torch.zeros(1, 3, self.input_size, self.input_size, device=device)
        with torch.inference_mode():
            self.network = ForeignNetwork(self._run, example, num_classes, self.notes)

    @torch.inference_mode()
    def forward(self, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Return the logits of pictures, shape (n, 224, 224, 3) -> (n, number of outputs)."""
        logits = self.network(self._normalise(torch.from_numpy(images)))
        array: npt.NDArray[np.float32] = logits.to("cpu", torch.float32).numpy()
        return array

    def to_onnx(self) -> Any:
        """Refuse: torch exports no TorchScript any more."""
        raise CheckpointError(
            "torch cannot turn a TorchScript program into ONNX. Give its weights as a state_dict, or a .pt2."
        )

    def count(self, example: torch.Tensor) -> Counts:
        """Count the multiply-accumulates of one normalised picture."""
        pictures = self.network.smallest(example)
        macs, uncounted = count_macs(self._run, pictures)
        return Counts(macs, None, uncounted).of_one(len(pictures))

    def _run(self, pictures: torch.Tensor) -> Outputs:
        with torch.jit.optimized_execution(False):  # type: ignore[attr-defined]  # not in __all__
            return named_outputs(self._module(pictures))


def _frozen_params(module: torch.jit.ScriptModule) -> int:
    """Return how many numbers a frozen program's constants hold: weights, biases, running statistics."""
    total = 0
    graph: Any = module.inlined_graph  # its nodes live as long as it does
    for node in graph.findAllNodes("prim::Constant"):
        if node.hasAttribute("value") and node.kindOf("value") == "t":
            tensor = node.t("value")
            total += tensor.numel() if tensor.is_floating_point() else 0
    return total
