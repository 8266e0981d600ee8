"""What a result says about the pictures it was computed on."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from hzbench.benchmark.results.schema import DataInfo, SuiteInfo
from hzbench.benchmark.scoring.cells import CORRUPTION_NAMES
from hzbench.benchmark.scoring.predictions import Predictions
from hzbench.corruptions.registry import SEVERITIES

SUITE_SIZE = 224  # side of a corrupted picture in pixels


def describe_data(
    predictions: Predictions,
    *,
    name: str,
    version: str,
    digest: str,
    synthetic: bool,
    notice: str = "",
    limit: int | None = None,
    estimated: Collection[str] = (),
) -> DataInfo:
    """Describe the pictures that were scored.

    Args:
        predictions: of them.
        name: of the dataset.
        version: of the dataset.
        digest: of the whole test split.
        synthetic: whether they were rendered.
        notice: what must stand beside every number.
        limit: what was asked for.
        estimated: pixel digests of pictures whose skin type was estimated.
    """
    counts = np.bincount(predictions.labels, minlength=len(predictions.classes))
    return DataInfo(
        name=name,
        version=version,
        label=f"{name}-{version}",
        digest=digest,
        classes=predictions.classes,
        focus_class=predictions.focus_class,
        n=len(predictions),
        counts={one: int(count) for one, count in zip(predictions.classes, counts, strict=True)},
        limit=limit,
        skin_types_estimated=sum(digest in estimated for digest in predictions.digests),
        synthetic=synthetic,
        notice=notice,
    )


def describe_suite(predictions: Predictions, *, jpeg: str, dtype: str = "fp32") -> SuiteInfo:
    """Describe the corrupted pictures; `jpeg` is the whole JPEG probe digest of where they were made."""
    return SuiteInfo(
        specification=predictions.specification,
        draw=predictions.draw,
        size=SUITE_SIZE,
        corruptions=CORRUPTION_NAMES,
        severities=tuple(SEVERITIES),
        dtype=dtype,
        jpeg=jpeg,
    )
