"""Whether the numbers of a result document follow from each other, recomputed without its predictions."""

from __future__ import annotations

import math
from itertools import product

from hzbench.benchmark.results.schema import Result
from hzbench.benchmark.scoring.corruption_error import NO_RISE
from hzbench.benchmark.signature import Signature
from hzbench.corruptions.registry import CATEGORIES, CORRUPTIONS, SEVERITIES

TOLERANCE = 1e-9  # what the order of a summation may change


def contradictions(result: Result) -> list[str]:
    """Return what does not follow, one sentence each.

    Looked at are the signature, the cells, the CEs, every mCE, categories, means, skin types and additional
    test sets.
    """
    places = [(cell.corruption, cell.severity) for cell in result.cells]
    if places != list(product(CORRUPTIONS, SEVERITIES)):
        return ["cells are not the 15 corruptions at severities 1 to 5 in published order"]
    problems = _signature_problems(result)
    errors = {name: [cell.error for cell in result.cells if cell.corruption == name] for name in CORRUPTIONS}
    unnormalised = math.fsum(cell.error for cell in result.cells) / len(result.cells)
    problems += _differs("mce_unnormalised", result.mce_unnormalised, unnormalised)
    ces: dict[str, float | None] = dict.fromkeys(CORRUPTIONS)
    if result.reference is not None:
        for name in CORRUPTIONS:
            divisor = math.fsum(result.reference.errors.get(name, ()))
            ces[name] = math.fsum(errors[name]) / divisor if divisor > 0 else None
    if list(result.corruption_error) != list(CORRUPTIONS):
        return [*problems, "corruption_error does not name the 15 corruptions in published order"]
    for name, value in ces.items():
        problems += _differs(f"corruption_error.{name}", result.corruption_error[name], value)
    problems += _differs("mce", result.mce, _mean(list(ces.values())))
    for category, names in CATEGORIES.items():
        stated = result.categories.get(category)
        problems += _differs(f"categories.{category}", stated, _mean([ces[name] for name in names]))
    problems += _differs("relative_mce", result.relative_mce, _relative_mce(result, errors))
    problems += _differs("mce_balanced", result.mce_balanced, _mce_balanced(result))
    hits = [cell.operating_sensitivity_hz for cell in result.cells]
    passed = [cell.operating_specificity_hz for cell in result.cells]
    problems += _differs("mean_sensitivity_hz", result.mean_sensitivity_hz, _mean(hits))
    problems += _differs("mean_specificity_hz", result.mean_specificity_hz, _mean(passed))
    return problems + _skin_type_problems(result) + _extra_test_problems(result)


def _skin_type_problems(result: Result) -> list[str]:
    problems = []
    if sum(part.n for part in result.skin_types.values()) > result.data.n:
        problems.append(f"skin_types hold more pictures than the {result.data.n} of the test split")
    for name, gap in result.skin_type_gaps.items():
        values = [getattr(part, name, None) for part in result.skin_types.values()]
        known = [value for value in values if value is not None]
        found = max(known) - min(known) if known else None
        problems += _differs(f"skin_type_gaps.{name}.gap", gap.gap, found)
    return problems


def _extra_test_problems(result: Result) -> list[str]:
    """Compare an additional test set with its conditions, where they make up the whole of it."""
    problems = []
    for name, one in result.extra_tests.items():
        parts = [part for part in one.by_condition if "*" not in part.condition.split("/")]
        if sum(part.n for part in parts) > one.n or sum(part.n_hz for part in parts) > one.n_hz:
            problems.append(
                f"extra_tests.{name}: its conditions hold more pictures than the {one.n} of the set"
            )
        elif parts and sum(part.n for part in parts) == one.n:
            wrong = math.fsum((part.error or 0) * part.n for part in parts) / one.n
            problems += _differs(f"extra_tests.{name}.error", one.error, wrong)
    return problems


def _relative_mce(result: Result, errors: dict[str, list[float]]) -> float | None:
    """Recompute it as `relative_corruption_errors` defines it: no rise of the reference, no number."""
    if result.reference is None:
        return None
    quotients: list[float | None] = []
    for name in CORRUPTIONS:
        rise = math.fsum(error - result.clean.error for error in errors[name])
        divisor = math.fsum(
            error - result.reference.clean_error for error in result.reference.errors.get(name, ())
        )
        quotients.append(rise / divisor if divisor > NO_RISE else None)
    return _mean(quotients)


def _mce_balanced(result: Result) -> float | None:
    if result.reference is None:
        return None
    quotients: list[float | None] = []
    for name in CORRUPTIONS:
        ours = _mean([cell.balanced_error for cell in result.cells if cell.corruption == name])
        divisor = _mean(list(result.reference.balanced_errors.get(name, ())))
        quotients.append(ours / divisor if ours is not None and divisor else None)
    return _mean(quotients)


def _signature_problems(result: Result) -> list[str]:
    try:
        stated = Signature.parse(result.signature)
    except ValueError as cause:
        return [str(cause)]
    reference = result.reference
    expected = Signature.build(
        hzbench=stated.hzbench,
        specification=result.suite.specification,
        data=result.data.label,
        data_digest=result.data.digest,
        n=result.data.n,
        reference=None if reference is None else f"{reference.name}{len(reference.seeds)}",
        reference_digest=None if reference is None else reference.digest,
        suite=result.suite.size,
        dtype=result.suite.dtype,
        jpeg_digest=result.suite.jpeg,
        draw=result.suite.draw,
    )
    return [] if stated == expected else [f"signature is {stated}, the document makes it {expected}"]


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return math.fsum(known) / len(known) if known and len(known) == len(values) else None


def _differs(path: str, stated: float | None, recomputed: float | None) -> list[str]:
    if stated is None or recomputed is None:
        same = stated is recomputed
    else:
        same = math.isclose(stated, recomputed, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return [] if same else [f"{path} is {stated}, the document's own cells and reference give {recomputed}"]
