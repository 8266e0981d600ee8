"""A torch.export archive (.pt2), ready to answer. Runs in the worker only, in a sandbox."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from hzbench.benchmark.checkpoints.counting import count_fvcore, count_macs
from hzbench.benchmark.checkpoints.declared_input import fixed_input
from hzbench.benchmark.checkpoints.foreign_network import ForeignNetwork, Outputs, named_outputs
from hzbench.benchmark.checkpoints.normalising import Normaliser
from hzbench.benchmark.checkpoints.preprocessing import Preprocessing
from hzbench.benchmark.checkpoints.refusal import printable
from hzbench.benchmark.checkpoints.runner import Counts
from hzbench.benchmark.errors import CheckpointError


class ExportedRunner:
    """The graph of an ExportedProgram, without gradients; see `runner.Runner`."""

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
            file_format: "pt2".
            architecture: what tables call it; None takes the class that was exported, if told.
            preprocessing: what the model expects of a picture.
            num_classes: classes of the dataset.
            device: "cpu", "cuda" or "mps".

        Raises:
            CheckpointError: it cannot be loaded, takes something else than pictures, fails, or gives no
                logits.
        """
        self.notes: list[str] = []
        try:
            program = torch.export.load(io.BytesIO(data))
            if device != "cpu":
                from torch.export.passes import move_to_device_pass

                program = move_to_device_pass(program, device)
            self._module = program.module()
        except Exception as error:  # readers raise all kinds of errors on hostile bytes
            raise CheckpointError(f"the program cannot be loaded: {printable(str(error), 200)}") from error
        self.program = program
        name, kind, shape = _pictures(program)
        fixed = fixed_input(name, kind, shape, preprocessing, self.notes)
        if not fixed.channels_first:
            raise CheckpointError(
                f"input '{printable(name, 60)}' has its channels last. Export it with NCHW input."
            )
        self.architecture = architecture or _class_name(program)
        self.params = sum(parameter.numel() for parameter in program.parameters())
        self.input_size = fixed.size
        self.device = device
        self._normalise = Normaliser(preprocessing.model_copy(update={"input_size": fixed.size}), device)
        example = torch.zeros(1, 3, fixed.size, fixed.size, device=device)
        with torch.inference_mode():
            self.network = ForeignNetwork(self._run, example, num_classes, self.notes, fixed.batch)

    @torch.inference_mode()
    def forward(self, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Return the logits of pictures, shape (n, 224, 224, 3) -> (n, number of outputs)."""
        logits = self.network(self._normalise(torch.from_numpy(images)))
        array: npt.NDArray[np.float32] = logits.to("cpu", torch.float32).numpy()
        return array

    def to_onnx(self) -> Any:
        """Return the network as an onnx.ModelProto, for the batches that it was exported for."""
        from hzbench.benchmark.checkpoints.onnx_export import program_as_graph

        return program_as_graph(self.program)

    def count(self, example: torch.Tensor) -> Counts:
        """Count the multiply-accumulates of one normalised picture."""
        pictures = self.network.smallest(example)
        macs, unknown = count_macs(self._run, pictures)
        macs_fvcore, uncounted = count_fvcore(self._module, pictures)
        return Counts(macs, macs_fvcore, [*unknown, *uncounted]).of_one(len(pictures))

    def _run(self, pictures: torch.Tensor) -> Outputs:
        return named_outputs(self._module(pictures))


def _pictures(program: torch.export.ExportedProgram) -> tuple[str, str, list[int | None]]:
    """Return name, type and shape (None where it may vary) of the one input."""
    names = program.graph_signature.user_inputs
    if len(names) != 1 or not isinstance(names[0], str):
        raise CheckpointError(f"the program takes {len(names)} inputs, one batch of pictures was expected.")
    node = next(node for node in program.graph.nodes if node.op == "placeholder" and node.name == names[0])
    value: Any = node.meta.get("val")
    if not isinstance(value, torch.Tensor):
        raise CheckpointError("the program's input is no tensor, one batch of pictures was expected.")
    shape: list[int | None] = [size if isinstance(size, int) else None for size in value.shape]
    return names[0], str(value.dtype).removeprefix("torch."), shape


def _class_name(program: torch.export.ExportedProgram) -> str:
    """Return the class that was exported, from the first operation's record of the modules around it."""
    for node in program.graph.nodes:
        stack: Any = node.meta.get("nn_module_stack")
        if stack:
            _, kind = next(iter(stack.values()))
            name = kind if isinstance(kind, str) else getattr(kind, "__name__", "")
            return printable(str(name).rpartition(".")[2], 100) or "unknown"
    return "unknown"
