"""The reference: its errors, its document, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from hzbench.benchmark.scoring.cells import CORRUPTION_NAMES
from hzbench.benchmark.scoring.predictions import Predictions
from hzbench.benchmark.scoring.reference import Reference


def test_errors_are_means_over_seeds(
    make_predictions: Callable[..., Predictions], reference: Reference
) -> None:
    """Equal to the mean of the two seeds' own errors."""
    runs = [make_predictions(48, 100 + seed, skill=1.0) for seed in (0, 1)]
    by_hand = np.mean([(run.answers != run.labels).mean(axis=1) for run in runs], axis=0)
    errors = reference.errors()
    assert list(errors) == list(CORRUPTION_NAMES)
    np.testing.assert_allclose(np.concatenate(list(errors.values())), by_hand[1:])
    assert reference.clean_error() == pytest.approx(by_hand[0])


def test_errors_on_some_pictures_are_those_of_the_cut(reference: Reference) -> None:
    """The order asked for does not matter to a mean."""
    some = reference.digests[10:20]
    assert reference.errors(some) == reference.cut(some).errors()
    assert reference.errors(some[::-1]) == reference.errors(some)


def test_an_unanswered_picture_is_an_error(reference: Reference) -> None:
    """-1 is never a class."""
    silent = replace(reference, answers=np.full_like(reference.answers, -1))
    assert silent.clean_error() == 1.0


def test_a_reference_survives_its_document(reference: Reference) -> None:
    """Digest and answers are kept, -1 included."""
    answers = reference.answers.copy()
    answers[0, 3, 5] = -1
    odd = replace(reference, answers=answers)
    again = Reference.from_json(odd.to_json())
    assert again.digest == odd.digest != reference.digest
    np.testing.assert_array_equal(again.answers, answers)
    assert again.seeds == (0, 1)


def test_the_document_spends_one_character_on_an_answer(make_reference: Callable[..., Reference]) -> None:
    """480 pictures x 76 cells stay below 60 kB for each seed."""
    one, two = (len(make_reference(480, seeds).to_json()) for seeds in ((0,), (0, 1)))
    assert two - one < 60_000


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"data_digest": "e" * 64, "data": "other-1"}, "is of invented-0 .*predictions are of other-1"),
        ({"specification": 99}, "specification 0.*of 99"),
        ({"classes": ("a", "b", "c", "d")}, "knows the classes acne"),
    ],
)
def test_another_dataset_or_specification_is_refused(
    reference: Reference, changes: dict[str, object], said: str
) -> None:
    """A model is never divided by errors on other pictures."""
    same: dict[str, object] = {
        "data": "invented-0",
        "data_digest": reference.data_digest,
        "specification": reference.specification,
        "classes": reference.classes,
    }
    reference.require(**same)  # type: ignore[arg-type]  # a test's dictionary
    with pytest.raises(
        ValueError, match=said.replace("specification 0", f"specification {reference.specification}")
    ):
        reference.require(**(same | changes))  # type: ignore[arg-type]  # a test's dictionary


def test_pictures_that_it_has_not_seen_are_counted(reference: Reference) -> None:
    """And the first is named."""
    with pytest.raises(ValueError, match="lacks 2 of 3 pictures"):
        reference.cut([reference.digests[0], "f" * 64, "e" * 64])


def test_seeds_on_other_pictures_are_refused(make_predictions: Callable[..., Predictions]) -> None:
    """All seeds answer the same pictures."""
    about = {
        "name": "a",
        "architecture": "a",
        "initialisation": "scratch",
        "data": "d",
        "data_digest": "0" * 64,
    }
    with pytest.raises(ValueError, match="seed 1 was evaluated on other pictures"):
        Reference.from_predictions({0: make_predictions(48), 1: make_predictions(44)}, **about)
    with pytest.raises(ValueError, match="draw 3"):
        Reference.from_predictions({0: make_predictions(48, draw=3)}, **about)
    with pytest.raises(ValueError, match="at least one seed"):
        Reference.from_predictions({}, **about)


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.pop("labels"),
        lambda document: document.update(schema="hzbench.reference/9"),
        lambda document: document.update(labels="0"),
        lambda document: document.update(labels="9" * 48),
        lambda document: document["answers"]["0"].pop(),
        lambda document: document["answers"].update({"0": ["?" * 48] * 76}),
        lambda document: document.update(answers=[]),
        lambda document: document.update(seeds=[0]),
        lambda document: document.update(digests=["0"] * 48),
        lambda document: document.update(classes=["only"]),
    ],
)
def test_a_damaged_document_is_refused_as_a_value(
    reference: Reference, change: Callable[[dict[str, object]], object]
) -> None:
    """Whatever is missing or contradicts itself."""
    document = json.loads(reference.to_json())
    change(document)
    if document.get("seeds") == [0]:
        del document["answers"]["0"]
    with pytest.raises(ValueError):
        Reference.from_json(json.dumps(document))


@pytest.mark.parametrize("text", ["", "[]", "null", "{}", "[" * 100_000])
def test_what_is_no_document_is_refused_as_a_value(text: str) -> None:
    """Other JSON, and no JSON."""
    with pytest.raises(ValueError):
        Reference.from_json(text)
