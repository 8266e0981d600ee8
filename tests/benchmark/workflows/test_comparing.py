"""`hzbench compare`: the same pictures, however they were stored, and each reason not to compare."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from hzbench.benchmark.cli.app import app
from hzbench.benchmark.errors import DataError, NotComparableError
from hzbench.benchmark.results.documents import write_reference, write_result
from hzbench.benchmark.results.schema import ModelInfo, Result
from hzbench.benchmark.scoring.predictions import Predictions
from hzbench.benchmark.scoring.reference import Reference
from hzbench.benchmark.workflows.comparing import Comparison, compare_models, paired


@pytest.fixture
def store(
    tmp_path: Path, reference: Reference, make_result: Callable[..., Result]
) -> Callable[[str, Predictions], Path]:
    """Return the function that writes a result of predictions and returns its path."""

    def written(name: str, predictions: Predictions) -> Path:
        path = tmp_path / f"{name}.json"
        model = ModelInfo(name=name, architecture="mobilenet_v3_small", input_size=224)
        write_result(path, make_result(predictions, reference, model=model), predictions)
        return path

    write_reference(tmp_path / "reference.json", reference)
    return written


def part(predictions: Predictions, places: list[int]) -> Predictions:
    """Return predictions of some of the pictures, in another order."""
    return replace(
        predictions,
        digests=tuple(predictions.digests[place] for place in places),
        labels=predictions.labels[places],
        groups=tuple(predictions.groups[place] for place in places),
        skin_types=tuple(predictions.skin_types[place] for place in places),
        probabilities=predictions.probabilities[:, places],
    )


def worse(predictions: Predictions) -> Predictions:
    """Return predictions that are wrong on more corrupted pictures."""
    probabilities = predictions.probabilities.copy()
    probabilities[1:, ::3] = np.roll(probabilities[1:, ::3], 1, axis=2)
    return replace(predictions, probabilities=probabilities)


def compare(tmp_path: Path, first: Path, second: Path) -> Comparison:
    """Compare two results beside the reference."""
    return compare_models(str(first), str(second), reference=tmp_path / "reference.json")


def test_a_worse_model_is_told_apart(
    tmp_path: Path, store: Callable[..., Path], predictions: Predictions, result: Result
) -> None:
    """The values are those of the results, the difference is theirs."""
    comparison = compare(tmp_path, store("a", predictions), store("b", worse(predictions)))
    difference = comparison.differences["mce"]
    assert difference is not None
    assert difference.significant
    assert comparison.values["mce"][0] == pytest.approx(result.mce)
    assert difference.value == pytest.approx(comparison.values["mce"][0] - comparison.values["mce"][1])
    assert difference.value < 0
    assert comparison.names == ("a", "b")


def test_only_pictures_that_both_have_count(
    tmp_path: Path, store: Callable[..., Path], predictions: Predictions
) -> None:
    """In whatever order each was stored; what is left out is said."""
    places = list(range(47, 5, -1))
    comparison = compare(tmp_path, store("a", predictions), store("b", part(predictions, [*places])))
    assert (comparison.pictures, comparison.left_out) == (42, (6, 0))
    assert "6 pictures that only a" in comparison.notes[0]
    difference = comparison.differences["mce"]
    assert difference is not None
    assert difference.value == 0.0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"draw": 3}, "another draw of the corruptions: 0 and 3"),
        ({"specification": 0}, "another specification of the corruptions: 1 and 0"),
        ({"focus_class": "tinea"}, "another focus class: herpes_zoster and tinea"),
    ],
)
def test_what_cannot_be_paired_says_why(
    predictions: Predictions, change: dict[str, object], message: str
) -> None:
    """Exit code 3, and the two values."""
    with pytest.raises(NotComparableError, match=message):
        paired(predictions, replace(predictions, **change))  # type: ignore[arg-type]


def test_other_pictures_have_nothing_in_common(predictions: Predictions) -> None:
    """A picture is known by its pixels."""
    others = replace(predictions, digests=tuple(f"f{digest[1:]}" for digest in predictions.digests))
    with pytest.raises(NotComparableError, match="no picture in common"):
        paired(predictions, others)


def test_other_labels_are_refused(predictions: Predictions) -> None:
    """The same picture cannot have two diagnoses."""
    labels = predictions.labels.copy()
    labels[4] = (labels[4] + 1) % 4
    with pytest.raises(NotComparableError, match="1 of 48 common pictures are labelled otherwise"):
        paired(predictions, replace(predictions, labels=labels))


def test_without_a_reference_plain_errors_are_compared(
    store: Callable[..., Path], predictions: Predictions
) -> None:
    """And a note says what is missing."""
    comparison = compare_models(str(store("a", predictions)), str(store("b", worse(predictions))))
    assert comparison.differences["mce"] is None
    assert comparison.differences["mce_unnormalised"] is not None
    assert "no reference" in comparison.notes[0]


def test_the_command_prints_tables_and_a_document(
    tmp_path: Path, store: Callable[..., Path], predictions: Predictions
) -> None:
    """One row a number; JSON holds fractions and null."""
    command = ["compare", str(store("a", predictions)), str(store("b", worse(predictions)))]
    options = ["--reference", str(tmp_path / "reference.json")]
    shown = CliRunner().invoke(app, [*command, *options])
    assert shown.exit_code == 0, shown.output
    assert "A: a\nB: b\n" in shown.stdout
    assert sum("mCE" in line for line in shown.stdout.splitlines()) == 2
    assert "48 pictures" in shown.stdout
    document = json.loads(CliRunner().invoke(app, [*command, *options, "--json"]).stdout)
    assert document["models"] == ["a", "b"]
    assert -1 < document["differences"]["mce"]["value"] < 0
    assert json.loads(CliRunner().invoke(app, [*command, "--json"]).stdout)["differences"]["mce"] is None


def test_a_result_without_its_predictions_says_so(
    tmp_path: Path, store: Callable[..., Path], predictions: Predictions
) -> None:
    """The .npz beside it is what is compared."""
    path = store("a", predictions)
    path.with_suffix(".npz").unlink()
    with pytest.raises(DataError, match=r"a\.npz"):
        compare(tmp_path, path, path)
