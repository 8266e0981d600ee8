"""Corruption errors: a model's errors under each corruption, divided by those of the reference.

CE_c = sum of the model's 5 errors / sum of the reference's 5 errors; mCE = mean of the 15 CEs. Relative CE
subtracts from every error the same model's clean error first. Source: Hendrycks and Dietterich,
"Benchmarking Neural Network Robustness to Common Corruptions and Perturbations", ICLR 2019, section 4.

All functions work on the last axes, so that one call serves a single result and 2,000 resamples of it.
A quotient without a usable denominator is NaN here; a result document turns it into null with a reason.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.scoring.cells import CORRUPTION_NAMES
from hzbench.corruptions.registry import CATEGORIES

Floats = npt.NDArray[np.float64]

NO_RISE = 1e-12  # sums of fractions that are equal on paper differ by rounding: less is no rise at all


def grid(cells: npt.NDArray[np.floating]) -> Floats:
    """Reshape values of the 75 corrupted cells, shape (..., 75), to (..., 15, 5): corruption, severity."""
    return cells.astype(np.float64).reshape(*cells.shape[:-1], len(CORRUPTION_NAMES), -1)


def corruption_errors(errors: Floats, reference: Floats) -> Floats:
    """Return the CE of each corruption.

    Args:
        errors: the model's errors, shape (..., 15, 5), fractions.
        reference: the reference's, shape (..., 15, 5) or (15, 5).

    Returns:
        Shape (..., 15); 1 is as good as the reference, less is better. NaN where the reference made no error.
    """
    return _quotient(errors.sum(axis=-1), reference.sum(axis=-1))


def relative_corruption_errors(
    errors: Floats, clean_error: Floats, reference: Floats, reference_clean_error: Floats
) -> Floats:
    """Return the relative CE of each corruption: how much worse than clean, compared with the reference.

    Args:
        errors: shape (..., 15, 5), fractions.
        clean_error: shape (...).
        reference: shape (..., 15, 5) or (15, 5).
        reference_clean_error: shape (...) or ().

    Returns:
        Shape (..., 15); NaN where the corruption does not make the reference worse than clean, because then
        the quotient has no meaning. May be negative where the model gets better.
    """
    rise = (errors - clean_error[..., None, None]).sum(axis=-1)
    reference_rise = (reference - reference_clean_error[..., None, None]).sum(axis=-1)
    return _quotient(rise, np.where(reference_rise > NO_RISE, reference_rise, 0.0))


def category_means(values: Floats) -> dict[str, Floats]:
    """Return the mean over the corruptions of each category of `values`, shape (..., 15) to (...).

    Brightness counts as weather, as in ImageNet-C and in the headers of the paper's tables.
    """
    return {
        category: values[..., [CORRUPTION_NAMES.index(name) for name in names]].mean(axis=-1)
        for category, names in CATEGORIES.items()
    }


def flip_rates(answers: npt.NDArray[np.int64]) -> Floats:
    """Return how often the answer on a corrupted picture differs from the answer on the clean one.

    Args:
        answers: shape (76, n), the clean cell first; needs no labels.

    Returns:
        Shape (15, 5), fractions.
    """
    return grid((answers[1:] != answers[0]).mean(axis=1))


def _quotient(numerator: Floats, denominator: Floats) -> Floats:
    usable = denominator > 0
    return np.where(usable, numerator / np.where(usable, denominator, 1.0), np.nan)
