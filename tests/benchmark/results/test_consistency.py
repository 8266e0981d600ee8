"""What can be found out about a document whose numbers were changed by hand."""

from __future__ import annotations

import pytest

from hzbench.benchmark.results.consistency import contradictions
from hzbench.benchmark.results.schema import Result


@pytest.mark.parametrize(
    "path", ["mce", "mce_unnormalised", "relative_mce", "mce_balanced", "mean_sensitivity_hz"]
)
def test_a_headline_number_that_was_polished_is_found(result: Result, path: str) -> None:
    """It no longer follows from the cells beside it."""
    polished = result.model_copy(update={path: getattr(result, path) - 0.01})
    assert [problem.partition(" ")[0] for problem in contradictions(polished)] == [path]
