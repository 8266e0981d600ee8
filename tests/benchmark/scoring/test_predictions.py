"""Answers, and predictions as bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from hzbench.benchmark.scoring.cells import ALL_CELLS
from hzbench.benchmark.scoring.predictions import Predictions, answers, softmax


def test_the_76_cells_are_clean_then_corruption_by_corruption() -> None:
    """Every array of predictions follows this order."""
    assert len(ALL_CELLS) == 76
    assert ALL_CELLS[0].title == "clean"
    assert [cell.title for cell in ALL_CELLS[1:7]] == [
        *(f"gaussian_noise {severity}" for severity in range(1, 6)),
        "shot_noise 1",
    ]
    assert ALL_CELLS[-1] == ("jpeg_compression", 5)


@pytest.mark.parametrize(
    ("row", "answer"),
    [
        ((0.1, 0.6, 0.3), 1),
        ((0.4, 0.4, 0.2), -1),
        ((0.1, 0.1, 0.8), 2),
        ((1 / 3, 1 / 3, 1 / 3), -1),
        ((np.nan, 0.6, 0.3), -1),
        ((np.inf, 0.6, 0.3), -1),
        ((-np.inf, 0.6, 0.3), -1),
    ],
)
def test_a_tie_or_a_value_that_is_not_finite_is_no_answer(row: tuple[float, ...], answer: int) -> None:
    """Only one finite maximum counts as an answer."""
    assert answers(np.array([row]))[0] == answer


def test_softmax_keeps_the_order_and_turns_a_broken_row_into_nan() -> None:
    """Rows sum to one; infinity is not certainty."""
    shares = softmax(np.array([[1.0, 2.0, 1000.0], [np.inf, 0.0, 0.0], [0.0, 0.0, 0.0]]))
    assert shares.dtype == np.float32
    np.testing.assert_allclose(shares[0], [0, 0, 1], atol=1e-6)
    assert np.isnan(shares[1]).all()
    np.testing.assert_allclose(shares[2], 1 / 3)


def test_predictions_survive_their_bytes(predictions: Predictions) -> None:
    """What is read back is what was written, note included."""
    again, note = Predictions.from_bytes(predictions.to_bytes("a note: é"))
    assert note == "a note: é"
    assert again.digest == predictions.digest
    np.testing.assert_array_equal(again.probabilities, predictions.probabilities)
    assert again.digests == predictions.digests


def test_predictions_without_validation_survive_their_bytes(
    make_predictions: Callable[..., Predictions],
) -> None:
    """None stays None."""
    again, _ = Predictions.from_bytes(make_predictions(validation=0).to_bytes())
    assert again.validation_labels is None


def test_equal_predictions_give_equal_bytes(make_predictions: Callable[..., Predictions]) -> None:
    """No time and no order of a dictionary enters the file."""
    assert make_predictions(seed=3).to_bytes() == make_predictions(seed=3).to_bytes()


def test_the_file_opens_with_numpy_alone(predictions: Predictions) -> None:
    """Anyone can read it without hzbench and without pickle."""
    with np.load(io.BytesIO(predictions.to_bytes()), allow_pickle=False) as arrays:
        assert arrays["probabilities"].shape == (76, 48, 4)


@pytest.mark.parametrize("field", ["groups", "skin_types", "labels", "probabilities", "draw"])
def test_the_digest_changes_with_everything_that_a_metric_depends_on(
    predictions: Predictions, field: str
) -> None:
    """A result names its predictions by this digest."""
    n = len(predictions)
    changes = {
        "groups": ("a",) * n,
        "skin_types": ("I",) * n,
        "labels": (predictions.labels + 1) % 4,
        "probabilities": predictions.probabilities * np.float32(0.5),
        "draw": 1,
    }
    assert replace(predictions, **{field: changes[field]}).digest != predictions.digest


def test_a_cut_keeps_pictures_and_answers_together(predictions: Predictions) -> None:
    """Picture 7 is the same picture in a cut."""
    part = predictions.cut([7, 2])
    assert part.digests == (predictions.digests[7], predictions.digests[2])
    np.testing.assert_array_equal(part.answers, predictions.answers[:, [7, 2]])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"probabilities": np.zeros((75, 48, 4), np.float32)}, "expected \\(76, 48, 4\\)"),
        ({"probabilities": np.zeros((76, 48, 4))}, "float64, expected float32"),
        ({"labels": np.full(48, 4)}, "class numbers 0 to 3"),
        ({"labels": np.zeros(48)}, "expected int64"),
        ({"digests": ("0" * 64,) * 48}, "occurs twice"),
        ({"focus_class": "measles"}, "'measles' is not among"),
        ({"classes": ("a", "a", "b", "c")}, "different names"),
        ({"groups": ()}, "48 pictures"),
        ({"validation_labels": None}, "given together"),
        ({"validation_probabilities": np.zeros((40, 3), np.float32)}, "expected \\(40, 4\\)"),
    ],
)
def test_predictions_that_contradict_themselves_are_refused(
    predictions: Predictions, changes: dict[str, object], said: str
) -> None:
    """The message says what was found and expected."""
    with pytest.raises(ValueError, match=said):
        replace(predictions, **changes)  # type: ignore[arg-type]  # wrong on purpose


def test_no_pictures_at_all_are_refused() -> None:
    """Means over nothing are undefined."""
    empty = np.zeros((76, 0, 2), np.float32)
    with pytest.raises(ValueError, match="no pictures"):
        Predictions(("a", "b"), "a", (), np.zeros(0, np.int64), (), (), empty)


def hostile_files() -> dict[str, bytes]:
    """Return contents that are not predictions."""
    with_pickle, lying = io.BytesIO(), io.BytesIO()
    np.savez(with_pickle, format=np.array([{"a": 1}], dtype=object))
    with zipfile.ZipFile(lying, "w") as archive:
        archive.writestr("format.npy", b"not an array")
    other = io.BytesIO()
    np.savez(other, x=np.zeros(3))
    many = io.BytesIO()
    np.savez(many, **{f"x{number}": np.zeros(1) for number in range(40)})
    return {
        "empty": b"",
        "text": b"digest,corruption",
        "pickle": with_pickle.getvalue(),
        "lying": lying.getvalue(),
        "other": other.getvalue(),
        "many": many.getvalue(),
    }


@pytest.mark.parametrize("kind", hostile_files())
def test_a_file_that_holds_no_predictions_is_refused_as_a_value(kind: str) -> None:
    """Pickles stay closed and damage is named."""
    with pytest.raises(ValueError):
        Predictions.from_bytes(hostile_files()[kind])


def test_a_truncated_file_is_refused(predictions: Predictions) -> None:
    """Half a download is no result."""
    content = predictions.to_bytes()
    with pytest.raises(ValueError, match="damaged"):
        Predictions.from_bytes(content[: len(content) // 2])
