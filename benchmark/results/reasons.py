"""Why a number of a result is null, in words, keyed by the number's path."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from hzbench.benchmark.results.schema import ReferenceInfo
from hzbench.benchmark.scoring.bootstrap import OF_FOCUS, OF_OTHERS, Interval, cannot_vary
from hzbench.benchmark.scoring.cells import CORRUPTION_NAMES
from hzbench.benchmark.scoring.corruption_error import relative_corruption_errors
from hzbench.benchmark.scoring.operating_point import OperatingPoint
from hzbench.benchmark.scoring.outcomes import clusters_of
from hzbench.benchmark.scoring.predictions import Predictions

NOT_RUN = "predictions were given, the model was not run"
_NEEDS_REFERENCE = ("corruption_error.", "categories.")
_NEEDS_REFERENCE_EXACTLY = ("mce", "relative_mce", "mce_balanced")


def reasons_undefined(
    values: Mapping[str, float | None],
    intervals: Mapping[str, Interval | None],
    predictions: Predictions,
    reference: ReferenceInfo | None,
    point: OperatingPoint | None,
) -> dict[str, str]:
    """Return one sentence for each headline number that is null, and for each that lacks an interval.

    Args:
        values: headline numbers by path.
        intervals: their intervals by path.
        predictions: what they were computed from.
        reference: what was divided by.
        point: the operating point.
    """
    reasons: dict[str, str] = {}
    for path, value in values.items():
        if value is None:
            reasons[path] = _reason(path, predictions, reference, point)
        elif intervals[path] is None:
            reasons[f"intervals.values.{path}"] = _reason_without_interval(path, predictions)
    return reasons


def _reason_without_interval(path: str, predictions: Predictions) -> str:
    """Say whether the number is of one person alone or undefined in too many resamples."""
    if path in (*OF_FOCUS, *OF_OTHERS):
        members = (predictions.labels == predictions.focus) == (path in OF_FOCUS)
        clusters = clusters_of(predictions.labels, predictions.groups)
        if cannot_vary(predictions.labels, clusters, members):
            what = predictions.focus_class if path in OF_FOCUS else "each other class"
            return f"all pictures of {what} are of one person, so that nothing can be drawn anew"
    return "undefined in more than 1 % of the resamples"


def _reason(
    path: str, predictions: Predictions, reference: ReferenceInfo | None, point: OperatingPoint | None
) -> str:
    if path.startswith(_NEEDS_REFERENCE) or path in _NEEDS_REFERENCE_EXACTLY:
        return _quotient_reason(path, predictions, reference)
    if predictions.answers_only and (
        path.startswith("clean.auroc") or path in ("mean_sensitivity_hz", "mean_specificity_hz")
    ):
        return "the predictions hold classes alone, and this number needs probabilities"
    if path in ("mean_sensitivity_hz", "mean_specificity_hz") and point is None:
        if predictions.validation_labels is None:
            return "no operating point: the clean validation pictures were not predicted"
        return f"no operating point: validation lacks pictures with or without {predictions.focus_class}"
    missing = _missing_classes(predictions)
    if missing:
        return f"no test picture of {', '.join(missing)}"
    return "every picture and every answer is of the same class"


def _quotient_reason(path: str, predictions: Predictions, reference: ReferenceInfo | None) -> str:
    """Say which denominator cannot be used."""
    if reference is None:
        return "no reference was given"
    if path == "relative_mce":
        return f"the reference gets no worse than clean under {', '.join(_without_rise(reference))}"
    missing = _missing_classes(predictions)
    if path == "mce_balanced" and missing:
        return f"no test picture of {', '.join(missing)}"
    name = path.partition(".")[2]
    flawless = [one for one in CORRUPTION_NAMES if sum(reference.errors[one]) == 0]
    return f"the reference makes no error under {name if name in flawless else ', '.join(flawless)}"


def _without_rise(reference: ReferenceInfo) -> list[str]:
    errors = np.array([reference.errors[name] for name in CORRUPTION_NAMES])
    clean = np.array(reference.clean_error)
    usable = np.isfinite(relative_corruption_errors(errors, clean, errors, clean))
    return [name for name, good in zip(CORRUPTION_NAMES, usable, strict=True) if not good]


def _missing_classes(predictions: Predictions) -> list[str]:
    counts = np.bincount(predictions.labels, minlength=len(predictions.classes))
    return [name for name, count in zip(predictions.classes, counts, strict=True) if count == 0]
