"""Every headline number as a function of the pictures' weights.

With weight one each, it is the number in the result; with the multiplicities of a resample, one draw of the
bootstrap; its derivative by a weight is that picture's influence. Undefined values are NaN here.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.scoring.cells import CORRUPTED_CELLS, CORRUPTION_NAMES
from hzbench.benchmark.scoring.corruption_error import (
    category_means,
    corruption_errors,
    grid,
    relative_corruption_errors,
)
from hzbench.benchmark.scoring.outcomes import Outcomes
from hzbench.corruptions.registry import CATEGORIES

Floats = npt.NDArray[np.float64]
Weights = npt.NDArray[np.float32]

HEADLINE_NAMES: tuple[str, ...] = (
    "clean.acc",
    "clean.f1",
    "clean.f1_hz",
    "clean.sensitivity_hz",
    "clean.specificity_hz",
    "clean.auroc",
    "clean.auroc_hz",
    "clean.kappa",
    "mce",
    "mce_unnormalised",
    "relative_mce",
    "mce_balanced",
    "mean_sensitivity_hz",
    "mean_specificity_hz",
    *(f"corruption_error.{name}" for name in CORRUPTION_NAMES),
    *(f"categories.{name}" for name in CATEGORIES),
)  # the paths of the numbers in a result document


def headline(outcomes: Outcomes, weights: Weights | None = None) -> dict[str, Floats]:
    """Return every headline number for each row of weights.

    Args:
        outcomes: what happened to each of n pictures.
        weights: shape (B, n), not negative; one each by default (B = 1).

    Returns:
        {name: shape (B,)} with the names of `HEADLINE_NAMES`; NaN where undefined.
    """
    if weights is None:
        weights = np.ones((1, len(outcomes)), dtype=np.float32)
    with np.errstate(invalid="ignore", divide="ignore"):
        return _clean(outcomes, weights) | _corrupted(outcomes, weights) | _focus(outcomes, weights)


def _clean(outcomes: Outcomes, weights: Weights) -> dict[str, Floats]:
    """Numbers of the clean pictures, all but the AUROC from the weighted confusion matrix."""
    columns = outcomes.labels * (outcomes.classes + 1) + outcomes.clean_answers
    one_hot = np.zeros((len(outcomes), outcomes.classes * (outcomes.classes + 1)), dtype=np.float32)
    one_hot[np.arange(len(outcomes)), columns] = 1
    confusion = _sums(weights, one_hot).reshape(
        -1, outcomes.classes, outcomes.classes + 1
    )  # B, truth, answer
    total = confusion.sum(axis=(1, 2))
    of_class, answered = confusion.sum(axis=2), confusion.sum(axis=1)
    hits = np.diagonal(confusion, axis1=1, axis2=2)
    f1 = np.where(of_class > 0, 2 * hits / (of_class + answered[:, :-1]), np.nan)
    agreement = hits.sum(axis=1) / total
    chance = (of_class * answered[:, :-1]).sum(axis=1) / total**2
    focus = outcomes.focus
    not_focus = total - of_class[:, focus]
    false_alarms = answered[:, focus] - hits[:, focus]
    unanswered = confusion[:, :, -1].sum(axis=1) - confusion[:, focus, -1]
    areas = np.stack([_auroc(outcomes, weights, number) for number in range(outcomes.classes)], axis=1)
    return {
        "clean.acc": agreement,
        "clean.f1": f1.mean(axis=1),
        "clean.f1_hz": f1[:, focus],
        "clean.sensitivity_hz": hits[:, focus] / of_class[:, focus],
        "clean.specificity_hz": 1 - (false_alarms + unanswered) / not_focus,
        "clean.auroc": areas.mean(axis=1),
        "clean.auroc_hz": areas[:, focus],
        "clean.kappa": (agreement - chance) / (1 - chance),
    }


def _corrupted(outcomes: Outcomes, weights: Weights) -> dict[str, Floats]:
    errors, balanced = cell_errors(outcomes, weights, outcomes.wrong)
    numbers = {"mce_unnormalised": errors[:, 1:].mean(axis=1)}
    shape = (weights.shape[0], len(CORRUPTION_NAMES))
    ces = relative = ces_balanced = np.full(shape, np.nan)
    if outcomes.reference_wrong is not None:
        base, base_balanced = cell_errors(outcomes, weights, outcomes.reference_wrong)
        base, base_balanced = base / outcomes.reference_seeds, base_balanced / outcomes.reference_seeds
        ces = corruption_errors(grid(errors[:, 1:]), grid(base[:, 1:]))
        ces_balanced = corruption_errors(grid(balanced[:, 1:]), grid(base_balanced[:, 1:]))
        relative = relative_corruption_errors(
            grid(errors[:, 1:]), errors[:, 0], grid(base[:, 1:]), base[:, 0]
        )
    numbers["relative_mce"] = relative.mean(axis=1)
    numbers["mce_balanced"] = ces_balanced.mean(axis=1)
    per_corruption = {f"corruption_error.{name}": ces[:, row] for row, name in enumerate(CORRUPTION_NAMES)}
    per_category = {f"categories.{name}": mean for name, mean in category_means(ces).items()}
    return {"mce": ces.mean(axis=1), **numbers, **per_corruption, **per_category}


def _focus(outcomes: Outcomes, weights: Weights) -> dict[str, Floats]:
    """Sensitivity and specificity for the focus class at the operating point, means over the 75 cells."""
    nothing = np.full(weights.shape[0], np.nan)
    if outcomes.called is None:
        return {"mean_sensitivity_hz": nothing, "mean_specificity_hz": nothing}
    is_focus = (outcomes.labels == outcomes.focus).astype(np.float32)
    columns = np.stack(
        [is_focus, is_focus * outcomes.called, 1 - is_focus, (1 - is_focus) * outcomes.called], axis=1
    )
    focus, called, others, false_alarms = _sums(weights, columns).T
    cells = len(CORRUPTED_CELLS)
    return {
        "mean_sensitivity_hz": called / (cells * focus),
        "mean_specificity_hz": 1 - false_alarms / (cells * others),
    }


def cell_errors(
    outcomes: Outcomes, weights: Weights, wrong: npt.NDArray[np.float32]
) -> tuple[Floats, Floats]:
    """Return the error and the balanced error of each cell, shape (B, 76) each."""
    wrong_sum = np.zeros((weights.shape[0], wrong.shape[1]))
    missed_shares = np.zeros_like(wrong_sum)
    for number in range(outcomes.classes):
        members = outcomes.labels == number
        of_class = _sums(weights[:, members], wrong[members])
        wrong_sum += of_class
        missed_shares += of_class / weights[:, members].sum(axis=1, dtype=np.float64)[:, None]
    total = weights.sum(axis=1, dtype=np.float64)[:, None]
    return wrong_sum / total, missed_shares / outcomes.classes


def _auroc(outcomes: Outcomes, weights: Weights, number: int) -> Floats:
    """Return the weighted area under the ROC curve of one class against the rest; ties count half."""
    positive = outcomes.labels == number
    order = np.argsort(outcomes.clean_scores[~positive, number], kind="stable")
    negative_scores = outcomes.clean_scores[~positive, number][order]
    passed = np.zeros((weights.shape[0], negative_scores.size + 1))
    np.cumsum(weights[:, ~positive][:, order], axis=1, dtype=np.float64, out=passed[:, 1:])
    scores = outcomes.clean_scores[positive, number]
    below = passed[:, np.searchsorted(negative_scores, scores, side="left")]
    up_to = passed[:, np.searchsorted(negative_scores, scores, side="right")]
    of_class = weights[:, positive]
    won = (of_class * (below + up_to) / 2).sum(axis=1)
    area: Floats = won / (of_class.sum(axis=1, dtype=np.float64) * passed[:, -1])
    return area


def _sums(weights: Weights, columns: npt.NDArray[np.float32]) -> Floats:
    """Return the weighted sums of the columns, shape (B, columns), exact for small whole numbers."""
    return (weights @ columns).astype(np.float64)
