"""`hzbench score`: stored predictions give the numbers that the evaluation gave."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hzbench.benchmark.errors import NotComparableError
from hzbench.benchmark.results.documents import predictions_path
from hzbench.benchmark.workflows.datasets import build_dataset_from
from hzbench.benchmark.workflows.scoring import score_predictions

NOT_FROM_PREDICTIONS = {"environment", "efficiency", "preflight", "created"}


def test_scoring_the_stored_predictions_gives_the_same_document(
    evaluated: Any, small: Any, tmp_path: Path
) -> None:
    """Every number is recomputed from the predictions file alone."""
    scored = score_predictions(
        predictions_path(evaluated.path), data=str(small.data), out=tmp_path / "scored.json"
    )
    first, second = (
        one.model_dump(exclude=NOT_FROM_PREDICTIONS) for one in (evaluated.result, scored.result)
    )
    assert first == second


def test_predictions_of_other_pictures_are_not_comparable(evaluated: Any, small: Any, tmp_path: Path) -> None:
    """The file knows which test split it is of."""
    build_dataset_from("folder", small.photographs, tmp_path / "padded", framing="pad")
    with pytest.raises(NotComparableError, match="--data"):
        score_predictions(predictions_path(evaluated.path), data=str(tmp_path / "padded"))
