"""Predictions, references and results of invented pictures, for the tests of scores, results and boards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import numpy as np
import pytest

from hzbench.benchmark.results.building import build_result
from hzbench.benchmark.results.describing import describe_data, describe_suite
from hzbench.benchmark.results.schema import ModelInfo, Result
from hzbench.benchmark.runs import cell_cache
from hzbench.benchmark.scoring.cells import ALL_CELLS
from hzbench.benchmark.scoring.extra_predictions import ExtraPredictions
from hzbench.benchmark.scoring.predictions import Predictions, softmax
from hzbench.benchmark.scoring.reference import Reference

CLASSES = ("acne", "herpes_zoster", "tinea", "other")
DATA_DIGEST = "d" * 64
JPEG_DIGEST = "1" * 64


def invent_predictions(
    n: int = 48, seed: int = 0, *, skill: float = 2.0, validation: int = 40, **changes: Any
) -> Predictions:
    """Return predictions of n pictures whose skill fades over the cells.

    The pictures (digests, labels) depend on n only, the answers on the seed; every class has pictures.
    """
    labels = np.random.default_rng(n).permutation(np.arange(n) % len(CLASSES)).astype(np.int64)
    random = np.random.default_rng([seed, n])
    logits = random.normal(size=(len(ALL_CELLS), n, len(CLASSES)))
    fading = np.array([2.0, *np.linspace(1.0, 0.2, len(ALL_CELLS) - 1)])
    logits[:, np.arange(n), labels] += skill * fading[:, None]
    known = (np.arange(validation) % len(CLASSES)).astype(np.int64)
    clean = random.normal(size=(validation, len(CLASSES)))
    clean[np.arange(validation), known] += skill
    fields: dict[str, Any] = {
        "classes": CLASSES,
        "focus_class": "herpes_zoster",
        "digests": tuple(f"{number:064x}" for number in range(n)),
        "labels": labels,
        "groups": ("",) * n,
        "skin_types": ("",) * n,
        "probabilities": softmax(logits),
        "validation_labels": known if validation else None,
        "validation_probabilities": softmax(clean) if validation else None,
    }
    return Predictions(**(fields | changes))


def invent_reference(n: int = 48, seeds: tuple[int, ...] = (0, 1), *, skill: float = 1.0) -> Reference:
    """Return a reference on the same pictures as `invent_predictions(n)`, worse under every corruption."""
    return Reference.from_predictions(
        {seed: invent_predictions(n, 100 + seed, skill=skill) for seed in seeds},
        name="alexnet",
        architecture="alexnet",
        initialisation="scratch",
        data="invented-0",
        data_digest=DATA_DIGEST,
    )


def invent_result(predictions: Predictions, reference: Reference | None, **changes: Any) -> Result:
    """Return the result of predictions, with everything that is not computed filled in."""
    fields: dict[str, Any] = {
        "model": ModelInfo(name="invented", architecture="mobilenet_v3_small", input_size=224),
        "data": describe_data(
            predictions,
            name="invented",
            version="0",
            digest=DATA_DIGEST,
            synthetic=True,
            notice="Synthetic pictures: no number here speaks of clinical performance.",
        ),
        "suite": describe_suite(predictions, jpeg=JPEG_DIGEST),
        "created": "2026-01-01T00:00:00Z",
    }
    return build_result(predictions, reference, **(fields | changes))


@pytest.fixture(scope="session", autouse=True)
def own_cell_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep cells that fixtures of the session compute out of the user's cache."""
    with mock.patch.object(cell_cache, "cache_folder", return_value=tmp_path_factory.mktemp("cells")):
        yield


@pytest.fixture(autouse=True)
def empty_cell_cache(
    own_cell_cache: None, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let every test compute its own cells."""
    folder = tmp_path_factory.mktemp("cells")
    monkeypatch.setattr(cell_cache, "cache_folder", lambda: folder)


@pytest.fixture(scope="session")
def make_predictions() -> Callable[..., Predictions]:
    """The function that invents predictions."""
    return invent_predictions


@pytest.fixture(scope="session")
def make_reference() -> Callable[..., Reference]:
    """The function that invents a reference."""
    return invent_reference


@pytest.fixture(scope="session")
def make_result() -> Callable[..., Result]:
    """The function that scores invented predictions."""
    return invent_result


@pytest.fixture(scope="session")
def predictions() -> Predictions:
    """Predictions of 48 pictures."""
    return invent_predictions()


@pytest.fixture(scope="session")
def reference() -> Reference:
    """A reference of two seeds on the same 48 pictures."""
    return invent_reference()


@pytest.fixture(scope="session")
def result(predictions: Predictions, reference: Reference) -> Result:
    """The result of the 48 pictures."""
    return invent_result(predictions, reference)


def invent_extra_test(
    conditions: tuple[str, ...], name: str = "hz-w", *, skill: float = 1.0, **changes: Any
) -> ExtraPredictions:
    """Return predictions of an additional test set, one picture for each condition, all zoster."""
    n = len(conditions)
    labels = changes.get("labels", np.full(n, CLASSES.index("herpes_zoster"), dtype=np.int64))
    logits = np.random.default_rng(n).normal(size=(n, len(CLASSES)))
    logits[np.arange(n), labels] += skill
    fields: dict[str, Any] = {
        "name": name,
        "split_digest": "e" * 64,
        "digests": tuple(f"{number + 10_000:064x}" for number in range(n)),
        "labels": labels,
        "groups": ("",) * n,
        "skin_types": ("",) * n,
        "conditions": conditions,
        "probabilities": softmax(logits),
    }
    return ExtraPredictions(**(fields | changes))


@pytest.fixture(scope="session")
def make_extra_test() -> Callable[..., ExtraPredictions]:
    """The function that invents predictions of an additional test set."""
    return invent_extra_test
