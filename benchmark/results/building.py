"""Predictions and a reference in, a result document out; no clock, no files, no chance."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from importlib.metadata import version

import numpy as np
from pydantic import JsonValue

from hzbench.benchmark.errors import NotComparableError
from hzbench.benchmark.results.reasons import NOT_RUN, reasons_undefined
from hzbench.benchmark.results.schema import (
    PREDICTIONS_FORMAT,
    CellMetrics,
    DataInfo,
    Efficiency,
    FlagInfo,
    Intervals,
    Metrics,
    ModelInfo,
    OperatingPointInfo,
    PredictionsInfo,
    PreflightInfo,
    ReferenceInfo,
    Result,
    SuiteInfo,
)
from hzbench.benchmark.results.subgroups import extra_tests_section, gaps_section, skin_types_section
from hzbench.benchmark.scoring.bootstrap import LEVEL, RESAMPLES, bootstrap_intervals
from hzbench.benchmark.scoring.cells import ALL_CELLS, CORRUPTION_NAMES
from hzbench.benchmark.scoring.corruption_error import flip_rates, grid
from hzbench.benchmark.scoring.headline import cell_errors, headline
from hzbench.benchmark.scoring.integrity import Flag, prediction_flags
from hzbench.benchmark.scoring.metrics import NEEDS_PROBABILITIES, CellPredictions, measure_all
from hzbench.benchmark.scoring.operating_point import (
    SPECIFICITY_AT_LEAST,
    OperatingPoint,
    focus_scores,
    sensitivity_and_specificity,
)
from hzbench.benchmark.scoring.outcomes import Outcomes, operating_point_of
from hzbench.benchmark.scoring.predictions import Predictions
from hzbench.benchmark.scoring.reference import Reference
from hzbench.benchmark.signature import Signature
from hzbench.corruptions.registry import CATEGORIES


def build_result(
    predictions: Predictions,
    reference: Reference | None,
    *,
    model: ModelInfo,
    data: DataInfo,
    suite: SuiteInfo,
    efficiency: Efficiency | None = None,
    flags: Sequence[Flag | FlagInfo] = (),
    preflight: PreflightInfo | None = None,
    environment: Mapping[str, JsonValue] | None = None,
    created: str,
) -> Result:
    """Compute every number of a result.

    Args:
        predictions: of all 76 cells.
        reference: of the same test split, possibly with more pictures; None leaves what needs it null.
        model: what was scored.
        data: see `describe_data`.
        suite: see `describe_suite`.
        efficiency: what was measured; None where nothing was.
        flags: found while the model ran; what the predictions show is added here.
        preflight: what was seen before it ran.
        environment: versions and machine, for the record.
        created: ISO 8601 time, UTC.

    Returns:
        A result that depends on nothing else: equal arguments give equal documents.

    Raises:
        NotComparableError: the reference is of other data, classes or specification, or lacks pictures.
    """
    outcomes, point = _outcomes(predictions, reference, data), operating_point_of(predictions)
    values = {name: _defined(value[0]) for name, value in headline(outcomes).items()}
    divided_by = None if reference is None else _reference_info(reference, outcomes)
    intervals = bootstrap_intervals(outcomes, predictions.digest)
    if predictions.answers_only:
        without: dict[str, None] = {
            f"clean.{name}": None for name in NEEDS_PROBABILITIES if f"clean.{name}" in values
        }
        values, intervals = {**values, **without}, {**intervals, **without}
    clean, *cells = _measure_cells(predictions, point)
    corrupted = [
        CellMetrics.model_validate({"corruption": cell.corruption, "severity": cell.severity} | metrics)
        for cell, metrics in zip(ALL_CELLS[1:], cells, strict=True)
    ]
    shown = [(flag.name, flag.message) for flag in (*flags, *prediction_flags(predictions))]
    return Result(
        schema="hzbench.result/1",
        signature=str(_signature(data, suite, reference)),
        model=model,
        data=data,
        suite=suite,
        predictions=PredictionsInfo(
            digest=predictions.digest,
            validation_n=(
                None if predictions.validation_labels is None else int(predictions.validation_labels.size)
            ),
        ),
        reference=divided_by,
        clean=Metrics.model_validate(clean),
        cells=tuple(corrupted),
        corruption_error={name: values[f"corruption_error.{name}"] for name in CORRUPTION_NAMES},
        mce=values["mce"],
        mce_unnormalised=float(np.mean([cell.error for cell in corrupted])),
        relative_mce=values["relative_mce"],
        mce_balanced=values["mce_balanced"],
        operating_point=_operating_point_info(point, predictions),
        mean_sensitivity_hz=values["mean_sensitivity_hz"],
        mean_specificity_hz=values["mean_specificity_hz"],
        categories={name: values[f"categories.{name}"] for name in CATEGORIES},
        flip_rate=_by_corruption(flip_rates(predictions.answers)),
        skin_types=skin_types_section(predictions),
        skin_type_gaps=gaps_section(predictions),
        extra_tests=extra_tests_section(predictions, point),
        intervals=Intervals(
            level=LEVEL,
            method="percentile bootstrap over pictures, stratified by class"
            + (", pictures of a group drawn together" if outcomes.clustered else ""),
            resamples=RESAMPLES,
            values=dict(intervals),
        ),
        undefined=reasons_undefined(values, intervals, predictions, divided_by, point)
        | ({"efficiency": NOT_RUN} if model.format == PREDICTIONS_FORMAT else {}),
        efficiency=efficiency or Efficiency(),
        preflight=preflight,
        flags=tuple(FlagInfo(name=name, message=message) for name, message in dict.fromkeys(shown)),
        environment=dict(environment or {}),
        created=created,
    )


def _outcomes(predictions: Predictions, reference: Reference | None, data: DataInfo) -> Outcomes:
    try:
        if reference is not None:
            reference.require(
                data=data.label,
                data_digest=data.digest,
                specification=predictions.specification,
                classes=predictions.classes,
            )
        return Outcomes.of(predictions, reference, operating_point_of(predictions))
    except ValueError as cause:
        raise NotComparableError(
            f"{cause}. Build one for these pictures with: hzbench reference build --data {data.name}"
        ) from cause


def _signature(data: DataInfo, suite: SuiteInfo, reference: Reference | None) -> Signature:
    return Signature.build(
        hzbench=version("hzbench"),
        specification=suite.specification,
        data=data.label,
        data_digest=data.digest,
        n=data.n,
        reference=None if reference is None else reference.title,
        reference_digest=None if reference is None else reference.digest,
        suite=suite.size,
        dtype=suite.dtype,
        jpeg_digest=suite.jpeg,
        draw=suite.draw,
    )


def _measure_cells(
    predictions: Predictions, point: OperatingPoint | None
) -> list[dict[str, float | int | None]]:
    """Return every metric of all 76 cells."""
    is_focus = predictions.labels == predictions.focus
    measured: list[dict[str, float | int | None]] = []
    for probabilities in predictions.probabilities:
        metrics = measure_all(CellPredictions(predictions.labels, probabilities, predictions.focus))
        if predictions.answers_only:
            metrics |= dict.fromkeys(NEEDS_PROBABILITIES)
        sensitivity = specificity = None
        if point is not None:
            scores = focus_scores(probabilities, predictions.labels, predictions.focus)
            sensitivity, specificity = sensitivity_and_specificity(scores, is_focus, point.threshold)
        measured.append(
            {
                "n": len(predictions),
                **metrics,
                "operating_sensitivity_hz": sensitivity,
                "operating_specificity_hz": specificity,
            }
        )
    return measured


def _reference_info(reference: Reference, outcomes: Outcomes) -> ReferenceInfo:
    if outcomes.reference_wrong is None:
        raise ValueError("outcomes were collected without the reference")
    weights = np.ones((1, len(outcomes)), dtype=np.float32)
    with np.errstate(invalid="ignore"):
        errors, balanced = cell_errors(outcomes, weights, outcomes.reference_wrong)
    errors, balanced = errors[0] / outcomes.reference_seeds, balanced[0] / outcomes.reference_seeds
    return ReferenceInfo(
        name=reference.name,
        architecture=reference.architecture,
        initialisation=reference.initialisation,
        seeds=reference.seeds,
        digest=reference.digest,
        data=reference.data,
        data_digest=reference.data_digest,
        errors=_by_corruption(grid(errors[1:])),
        clean_error=float(errors[0]),
        balanced_errors={
            name: tuple(_defined(value) for value in row)
            for name, row in zip(CORRUPTION_NAMES, grid(balanced[1:]), strict=True)
        },
    )


def _operating_point_info(
    point: OperatingPoint | None, predictions: Predictions
) -> OperatingPointInfo | None:
    if point is None or predictions.validation_labels is None:
        return None
    return OperatingPointInfo(
        threshold=point.threshold,
        specificity_at_least=SPECIFICITY_AT_LEAST,
        validation_n=int(predictions.validation_labels.size),
        validation_sensitivity_hz=point.sensitivity,
        validation_specificity_hz=point.specificity,
    )


def _by_corruption(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> dict[str, tuple[float, ...]]:
    return {name: tuple(row.tolist()) for name, row in zip(CORRUPTION_NAMES, values, strict=True)}


def _defined(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
