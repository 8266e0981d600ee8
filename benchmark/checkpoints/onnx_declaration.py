"""What an ONNX file says of itself: preprocessing, classes and how it was made, in its metadata.

`hzbench export` writes one entry, `hzbench`, that holds a JSON document. In a stranger's file it is as
untrusted as a `submission.toml`, and held against a schema as that is.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from hzbench.benchmark.checkpoints.admission import open_regular
from hzbench.benchmark.checkpoints.onnx_schema import SCHEMA
from hzbench.benchmark.checkpoints.preprocessing import Preprocessing
from hzbench.benchmark.checkpoints.protobuf_wire import BYTES, Kind, Span, WireError, WireReader
from hzbench.benchmark.checkpoints.refusal import printable
from hzbench.benchmark.errors import CheckpointError

KEY = "hzbench"

_OUTERMOST = {
    "Model": {**SCHEMA["Model"], 7: Kind("graph", BYTES)},
    **{k: SCHEMA[k] for k in ("OperatorSet", "Entry")},
}
"""The schema of the outermost message, with the graph left alone."""

_Line = Annotated[str, Field(min_length=1, max_length=200)]


class Declaration(Preprocessing):
    """The JSON document under the key `hzbench`.

    Attributes:
        name: what tables call the model.
        architecture: of the network.
        quantisation: how it was quantised, in a few words; None where it was not.
        recipe: which operators were quantised and how ranges were found.
        source: SHA-256 of the checkpoint that it was made from.
        calibration: SHA-256 over the digests of the pictures that ranges were found on.
        made_by: versions of hzbench and the libraries that made it.
    """

    schema_: Literal["hzbench.onnx/1"] = Field(default="hzbench.onnx/1", alias="schema")
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
    architecture: _Line | None = None
    quantisation: _Line | None = None
    recipe: _Line | None = None
    source: _Line | None = None
    calibration: _Line | None = None
    made_by: _Line | None = None

    @property
    def preprocessing(self) -> Preprocessing:
        """The declared preprocessing."""
        return Preprocessing(input_size=self.input_size, mean=self.mean, std=self.std, classes=self.classes)


def declaration(metadata: Mapping[str, str]) -> Declaration | None:
    """Return what a file's metadata declares, None where it has no entry of hzbench's.

    Raises:
        CheckpointError: the entry breaks the schema.
    """
    text = metadata.get(KEY)
    if text is None:
        return None
    try:
        return Declaration.model_validate_json(text)
    except (ValidationError, RecursionError) as error:
        place, reason = "", "nested too deep"
        if isinstance(error, ValidationError):
            first = error.errors(include_url=False, include_input=False)[0]
            place, reason = ".".join(str(part) for part in first["loc"]), first["msg"]
        raise CheckpointError(
            f"the file's metadata '{KEY}' is not what hzbench writes ({printable(place, 80)}: "
            f"{printable(reason, 200)}). Export it again, or remove the entry."
        ) from error


def read_declaration(path: Path) -> Declaration | None:
    """Return what an admitted ONNX file declares, from its metadata alone: weights and graph are not read.

    Raises:
        CheckpointError: the file is damaged, or the entry breaks the schema.
    """
    with open_regular(path) as stream:
        try:
            model = WireReader(stream, _OUTERMOST).message("Model", Span(0, stream.seek(0, 2)))
        except WireError as error:
            raise CheckpointError(f"{printable(path.name)}: the ONNX file is damaged ({error}).") from error
    entries = {
        "".join(one.get("key", [])): "".join(one.get("value", [])) for one in model.get("metadata_props", [])
    }
    try:
        return declaration(entries)
    except CheckpointError as error:
        raise CheckpointError(f"{printable(path.name)}: {error}") from error
