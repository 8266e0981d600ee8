"""A network with a submitted file's weights, ready to turn pictures into logits. Runs in the worker only."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from hzbench.benchmark.checkpoints import architectures, state_dict
from hzbench.benchmark.checkpoints.counting import count_fvcore, count_macs
from hzbench.benchmark.checkpoints.normalising import Normaliser
from hzbench.benchmark.checkpoints.preprocessing import Preprocessing
from hzbench.benchmark.checkpoints.runner import Counts
from hzbench.benchmark.errors import CheckpointError


class TorchRunner:
    """A PyTorch network in evaluation mode, channels_last, without gradients.

    Attributes:
        architecture: its name, recognised or given.
        format: "", the title of the file's format.
        notes: what was found out or changed while the file was opened.
        params: number of parameters.
        dtype: the type that it computes in.
        input_size: pixels on each side of its input.
        device: where it lies.
        model: the network.
        network: the same.
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
        """Load the weights strictly into the network they belong to.

        Args:
            data: all bytes of the admitted file.
            file_format: a key of `hzbench.benchmark.checkpoints.admission.FORMATS`.
            architecture: a name, or None to recognise it.
            preprocessing: what the model expects of a picture.
            num_classes: classes of the dataset.
            device: "cpu", "cuda" or "mps".

        Raises:
            CheckpointError: the file is no state_dict, or does not fit the architecture or the dataset.
        """
        tensors, self.notes = state_dict.unwrap(state_dict.read_tensors(data, file_format))
        found = architectures.layout_of(tensors)
        self.architecture = architecture or architectures.recognise(found)
        if architecture is None:
            self.notes.append(f"architecture {self.architecture} recognised from the weights")
            if self.architecture in architectures.AMBIGUITIES:
                self.notes.append(architectures.AMBIGUITIES[self.architecture])
        architectures.check_layout(self.architecture, found, num_classes)
        if any(key.startswith(architectures.TRAINING_ONLY) for key in tensors):
            self.notes.append("auxiliary heads, used in training alone, left out")
        tensors = {k: v for k, v in tensors.items() if not k.startswith(architectures.TRAINING_ONLY)}
        tensors = state_dict.as_float32(tensors, self.notes)
        self.model = _filled(self.architecture, num_classes, tensors).eval()
        self.model.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stub lacks the keyword pair
        self.params = sum(parameter.numel() for parameter in self.model.parameters())
        self.network: Callable[[torch.Tensor], torch.Tensor] = self.model
        self.input_size = preprocessing.size
        self.device = device
        self._normalise = Normaliser(preprocessing, device)

    def compute_in(self, dtype: str) -> None:
        """Turn weights, statistics and pictures into another number format; logits stay float32.

        Args:
            dtype: "bfloat16".

        Raises:
            CheckpointError: the network holds operations that do not know the format.
        """
        kind = {"bfloat16": torch.bfloat16}[dtype]
        model: torch.nn.Module = self.model.to(kind)

        def network(pictures: torch.Tensor) -> torch.Tensor:
            logits: torch.Tensor = model(pictures.to(kind))
            return logits.to(torch.float32)

        self.network, self.dtype = network, dtype
        example = torch.zeros(1, 3, self.input_size, self.input_size, device=self.device)
        try:
            with torch.inference_mode():
                network(example)
        except (RuntimeError, NotImplementedError) as error:
            first = (str(error).splitlines() or [""])[0][:200]
            raise CheckpointError(f"the network cannot be computed in {dtype} ({first}).") from error

    @torch.inference_mode()
    def forward(self, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Return the logits of pictures.

        Args:
            images: shape (n, 224, 224, 3), contiguous.

        Returns:
            shape (n, number of outputs).
        """
        logits = self.network(self._normalise(torch.from_numpy(images)))
        array: npt.NDArray[np.float32] = logits.to("cpu", torch.float32).numpy()
        return array

    def to_onnx(self) -> Any:
        """Return the network as an onnx.ModelProto, for any number of pictures."""
        from hzbench.benchmark.checkpoints.onnx_export import as_graph

        return as_graph(self.model, self.input_size)

    def count(self, example: torch.Tensor) -> Counts:
        """Count the multiply-accumulates of one normalised picture."""
        example = example.to(next(self.model.parameters()).dtype)
        macs, unknown = count_macs(self.model, example)
        macs_fvcore, uncounted = count_fvcore(self.model, example)
        return Counts(macs, macs_fvcore, [*unknown, *uncounted])


def _filled(name: str, num_classes: int, tensors: state_dict.Tensors) -> torch.nn.Module:
    """Return the network holding the given tensors, without filling it at random first where possible."""
    try:
        model = architectures.build(name, num_classes, device="meta")
        model.load_state_dict(_as_saved_by(model, tensors), strict=True, assign=True)
    except NotImplementedError:  # a few constructors compute with real tensors
        pass
    else:
        if not any(tensor.is_meta for tensor in (*model.parameters(), *model.buffers())):
            return model
    model = architectures.build(name, num_classes)
    model.load_state_dict(_as_saved_by(model, tensors), strict=True)
    return model


def _as_saved_by(model: torch.nn.Module, tensors: state_dict.Tensors) -> OrderedDict[str, torch.Tensor]:
    """Return the tensors with the version of the network as a whole, which MNASNet refuses to do without.

    A file's own note of it is an attribute of its dict, which admission does not carry over. The layers'
    versions stay unknown: batch normalisation may then lack its counters, as old files do.
    """
    saved = OrderedDict(tensors)
    whole = model.state_dict()._metadata[""]  # type: ignore[attr-defined]  # torch sets it on the dict
    saved._metadata = OrderedDict({"": whole})  # type: ignore[attr-defined]
    return saved
