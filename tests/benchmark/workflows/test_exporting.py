"""An exported file needs no options, says what it is, and answers as the model that it was made of."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from tiny_networks import as_onnx, scripted, tiny

from hzbench.benchmark.checkpoints.onnx_declaration import KEY, SCHEMA, read_declaration
from hzbench.benchmark.errors import CheckpointError, UsageError
from hzbench.benchmark.results.documents import read_predictions
from hzbench.benchmark.workflows.ensembling import find_ensemble
from hzbench.benchmark.workflows.exporting import Exported, export_model
from hzbench.benchmark.workflows.models import find_model

Evaluate = Callable[..., Any]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small ONNX file of 96 pixels, as somebody's own exporter writes it."""
    folder = tmp_path_factory.mktemp("exporting")
    (folder / "tiny.onnx").write_bytes(as_onnx(tiny(), ("n", 3, 96, 96)))
    return folder


@pytest.fixture(scope="module")
def exported(folder: Path, small: Any) -> Exported:
    """Its int8 form, calibrated on twelve pictures."""
    return export_model(
        str(folder / "tiny.onnx"),
        export="onnx-int8",
        data=str(small.data),
        out=folder / "deep" / "small.onnx",
        pictures=12,
    )


def test_an_int8_file_says_what_it_is(exported: Exported, small: Any) -> None:
    """Its name, preprocessing, classes, calibration and makers stand in its metadata."""
    assert exported.format == "ONNX int8 (static, 12 pictures of the train split)"
    declared = read_declaration(exported.path)
    assert declared is not None
    assert (declared.name, declared.input_size) == ("tiny-int8", 96)
    assert declared.classes == ("acne", "herpes_zoster", "tinea", "other")
    assert declared.recipe is not None
    assert "per channel" in declared.recipe
    assert declared.made_by is not None
    assert "onnxruntime" in declared.made_by
    found = find_model(str(exported.path))
    assert (found.name, found.preprocessing) == ("tiny-int8", declared.preprocessing)


def test_the_answers_are_compared_on_validation_pictures(exported: Exported) -> None:
    """Eight bits move the logits, but not far."""
    compared = exported.comparison
    assert compared is not None
    assert 0 < compared.largest_difference < 0.5
    assert compared.equal <= compared.n
    assert exported.bytes == exported.path.stat().st_size


def test_it_holds_integers_and_standard_operators_alone(exported: Exported, folder: Path) -> None:
    """Weights are int8, with a scale for each channel."""
    model = onnx.load(exported.path)
    assert {node.domain for node in model.graph.node} == {""}
    tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    assert any(
        tensor.data_type == onnx.TensorProto.INT8 and len(tensor.dims) == 4 for tensor in tensors.values()
    )
    assert any(name.endswith("_scale") and list(tensor.dims) == [8] for name, tensor in tensors.items())


def test_ensembles_average_probabilities(exported: Exported, folder: Path, evaluate: Evaluate) -> None:
    """Of the float and the int8 form, cell by cell; a plus between the files means the same members."""
    paths = [folder / "tiny.onnx", exported.path]
    alone = [evaluate(folder / f"{number}.json", path) for number, path in enumerate(paths)]
    assert alone[1].result.model.format == exported.format
    assert alone[1].result.model.input_size == 96
    assert alone[0].result.efficiency.macs == alone[1].result.efficiency.macs
    (folder / "submission.toml").write_text(
        '[model]\nname = "both"\n\n[ensemble]\nmembers = ["tiny.onnx", "deep/small.onnx"]\n', encoding="utf-8"
    )
    one = evaluate(folder / "folder.json", folder)
    (folder / "submission.toml").unlink()
    single = [read_predictions(one.path.with_suffix(".npz")).predictions.probabilities for one in alone]
    shares = read_predictions(one.path.with_suffix(".npz")).predictions.probabilities
    np.testing.assert_allclose(shares, (single[0] + single[1]) / 2, rtol=0, atol=1e-6)
    model, cost = one.result.model, one.result.efficiency
    assert (model.name, model.format) == ("both", "ensemble (mean softmax)")
    assert [member.sha256 for member in model.members] == [each.result.model.sha256 for each in alone]
    assert cost.params == sum(each.result.efficiency.params for each in alone)
    assert cost.macs == sum(each.result.efficiency.macs for each in alone)
    joined = find_ensemble(f"{paths[0]}+{paths[1]}")
    assert joined is not None
    assert joined.name == "tiny+tiny-int8"
    assert [member.checkpoint.sha256 for member in joined.members] == [each.sha256 for each in model.members]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[model]\nname = "a"\n[ensemble]\nmembers = ["../x.pt", "y.pt"]\n', "must lie below the folder"),
        ('[model]\nname = "a"\n[ensemble]\nmembers = ["/x.pt", "y.pt"]\n', "must lie below the folder"),
        ('[model]\nname = "a"\n[ensemble]\nmembers = ["y.pt"]\n', "at least 2 items"),
        ('[model]\nname = "a"\ninput_size = 96\n[ensemble]\nmembers = ["x", "y"]\n', "name alone"),
        ('[model]\nname = "a"\n[ensemble]\nmembers = ["x.pt", "y.pt"]\n', "neither a checkpoint"),
    ],
)
def test_ensembles_stay_in_their_folder(tmp_path: Path, text: str, said: str) -> None:
    """Members are below the submission or shipped, two at least, and declare everything themselves."""
    (tmp_path / "submission.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CheckpointError, match=said):
        find_ensemble(str(tmp_path))


def test_one_model_is_no_ensemble(folder: Path, tmp_path: Path) -> None:
    """A plus in the name of a file that exists is a letter; an ensemble within another is refused."""
    plain = tmp_path / "a+b.onnx"
    plain.write_bytes((folder / "tiny.onnx").read_bytes())
    assert find_ensemble(str(plain)) is None
    with pytest.raises(CheckpointError, match="a member is missing"):
        find_ensemble(f"{plain}+")
    (tmp_path / "submission.toml").write_text(
        '[model]\nname = "a"\n[ensemble]\nmembers = ["a+b.onnx", "a+b.onnx"]\n', encoding="utf-8"
    )
    assert find_ensemble(str(tmp_path)) is not None
    with pytest.raises(CheckpointError, match="an ensemble, where one model was expected"):
        find_model(str(tmp_path))


def test_what_cannot_be_exported_is_said_in_one_line(folder: Path, small: Any, exported: Exported) -> None:
    """An unknown format, a folder in the way, an int8 file once more."""
    with pytest.raises(UsageError, match="unknown format 'tflite'"):
        export_model(str(folder / "tiny.onnx"), export="tflite")
    with pytest.raises(UsageError, match="is a folder"):
        export_model(str(folder / "tiny.onnx"), out=folder)
    with pytest.raises(CheckpointError, match=r"int8 .* already"):
        export_model(str(exported.path), export="onnx-int8", data=str(small.data), pictures=8)


def test_programs_need_to_be_allowed(tmp_path: Path) -> None:
    """TorchScript is refused by the rule `program`, with what to do."""
    path = tmp_path / "program.pt"
    path.write_bytes(scripted(tiny()))
    with pytest.raises(CheckpointError, match=r"refused by rule 'program': .* --allow-programs"):
        find_model(str(path))


@pytest.mark.parametrize(
    "entry",
    ["no json", "{}", json.dumps({"schema": SCHEMA, "name": "a", "std": [0, 1, 1]}), "[" * 5000],
    ids=["text", "nothing", "a deviation of zero", "nested"],
)
def test_metadata_that_hzbench_would_not_write_are_refused(tmp_path: Path, entry: str) -> None:
    """A stranger's declaration is held against the schema; without one there is none."""
    path = tmp_path / "model.onnx"
    path.write_bytes(as_onnx(tiny(), metadata={KEY: entry}))
    with pytest.raises(CheckpointError, match="metadata 'hzbench' is not what hzbench writes"):
        find_model(str(path))
    path.write_bytes(as_onnx(tiny(), metadata={"author": "somebody"}))
    assert read_declaration(path) is None
