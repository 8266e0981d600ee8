"""`hzbench score`: stored predictions give the numbers that the evaluation gave."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from hzbench.benchmark.errors import DataError, NotComparableError, UsageError
from hzbench.benchmark.results.documents import predictions_path, read_predictions
from hzbench.benchmark.scoring.cells import ALL_CELLS
from hzbench.benchmark.workflows.datasets import build_dataset_from
from hzbench.benchmark.workflows.scoring import score_predictions, write_template

NOT_FROM_PREDICTIONS = {"environment", "efficiency", "created"}


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


def test_a_filled_in_form_gives_the_same_numbers(evaluated: Any, small: Any, tmp_path: Path) -> None:
    """A model that cannot leave home is scored from a CSV of its probabilities."""
    form = tmp_path / "form.csv"
    assert "hzbench score" in write_template(form, data=str(small.data))
    stored = read_predictions(predictions_path(evaluated.path)).predictions
    table = pd.read_csv(form, dtype={"digest": str})
    cells = {(c.corruption or "clean", c.severity): row for row, c in enumerate(ALL_CELLS)}
    place = {digest: i for i, digest in enumerate(stored.digests)}
    filled = np.empty((len(table), len(stored.classes)))
    validation = iter(stored.validation_probabilities)  # the form lists them in index order, last
    for i, row in enumerate(table.itertuples()):
        known = row.digest in place
        filled[i] = (
            stored.probabilities[cells[row.corruption, row.severity], place[row.digest]]
            if known
            else next(validation)
        )
    table[list(stored.classes)] = filled
    table.sample(frac=1, random_state=0).to_csv(form, index=False)
    scored = score_predictions(form, data=str(small.data)).result
    for field in ("mce", "mce_balanced", "mean_sensitivity_hz", "corruption_error"):
        assert getattr(scored, field) == pytest.approx(getattr(evaluated.result, field)), field
    assert scored.flip_rate == evaluated.result.flip_rate
    assert scored.model.format == "predictions"


def test_an_empty_form_is_refused_with_the_number_of_rows(small: Any, tmp_path: Path) -> None:
    """Nothing is scored as if it were answered."""
    write_template(tmp_path / "form.csv", data=str(small.data))
    with pytest.raises(DataError, match="not filled in"):
        score_predictions(tmp_path / "form.csv", data=str(small.data))
    assert [path.name for path in tmp_path.iterdir()] == ["form.csv"]


def test_a_form_is_never_written_over(small: Any, tmp_path: Path) -> None:
    """It may hold a day's work; and a name that could not be scored later is refused now."""
    (tmp_path / "form.csv").write_text("filled in")
    with pytest.raises(UsageError, match="there already"):
        write_template(tmp_path / "form.csv", data=str(small.data))
    with pytest.raises(UsageError, match=r"ends in \.csv"):
        write_template(tmp_path / "form.txt", data=str(small.data))
    assert (tmp_path / "form.csv").read_text() == "filled in"


def test_predictions_of_other_pictures_are_not_comparable(evaluated: Any, small: Any, tmp_path: Path) -> None:
    """The file knows which test split it is of."""
    build_dataset_from("folder", small.photographs, tmp_path / "padded", framing="pad")
    with pytest.raises(NotComparableError, match="--data"):
        score_predictions(predictions_path(evaluated.path), data=str(tmp_path / "padded"))
