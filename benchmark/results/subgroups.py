"""The sections of a result about parts of the pictures: skin types, and additional test sets."""

from __future__ import annotations

import numpy as np

from hzbench.benchmark.results.schema import (
    ConditionNumbers,
    ExtraTest,
    SkinTypeGap,
    SkinTypeGroup,
    SubgroupNumbers,
)
from hzbench.benchmark.scoring.extra_predictions import ExtraPredictions
from hzbench.benchmark.scoring.operating_point import OperatingPoint
from hzbench.benchmark.scoring.predictions import Predictions
from hzbench.benchmark.scoring.skin_type_gaps import skin_type_gaps
from hzbench.benchmark.scoring.skin_types import (
    SKIN_TYPE_GROUPS,
    SMALLEST_GROUP,
    skin_type_group,
    skin_type_numbers,
)
from hzbench.benchmark.scoring.subgroups import Mask, Subgroup, condition_members, subgroup


def skin_types_section(predictions: Predictions) -> dict[str, SkinTypeGroup]:
    """Return the numbers of each skin-type group; empty where no skin type is known."""
    return {
        group: SkinTypeGroup(**numbers._asdict()) for group, numbers in skin_type_numbers(predictions).items()
    }


def gaps_section(predictions: Predictions) -> dict[str, SkinTypeGap]:
    """Return the largest gap between skin-type groups of each number that has one."""
    return {name: SkinTypeGap(**gap._asdict()) for name, gap in skin_type_gaps(predictions).items()}


def extra_tests_section(predictions: Predictions, point: OperatingPoint | None) -> dict[str, ExtraTest]:
    """Return the numbers of each additional test set, by name."""
    return {
        one.name: _extra_test(one, predictions.focus, point)
        for one in sorted(predictions.extra_tests, key=lambda one: one.name)
    }


def _extra_test(one: ExtraPredictions, focus: int, point: OperatingPoint | None) -> ExtraTest:
    def numbers(members: Mask, smallest: int = 1) -> Subgroup:
        return subgroup(
            one.labels[members],
            one.probabilities[members],
            focus,
            point,
            groups=persons[members].tolist(),
            smallest=smallest,
        )

    persons = np.array(one.groups, dtype=object)
    groups = np.array([skin_type_group(skin_type) or "" for skin_type in one.skin_types])
    return ExtraTest(
        **numbers(np.ones(len(one), dtype=np.bool_))._asdict(),
        digest=one.split_digest,
        predictions_digest=one.digest,
        by_condition=tuple(
            ConditionNumbers(condition=condition, **numbers(members)._asdict())
            for condition, members in condition_members(one.conditions).items()
        ),
        skin_types={
            group: SubgroupNumbers(**numbers(groups == group, SMALLEST_GROUP)._asdict())
            for group in SKIN_TYPE_GROUPS
            if (groups == group).any()
        },
    )
