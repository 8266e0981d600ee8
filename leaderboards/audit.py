"""What does not fit in the paper's numbers: among themselves, and against the networks that they speak of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from hzbench.leaderboards.paper import Statement, category_means, corruption_rows, statements, table_2
from hzbench.leaderboards.paper_checks import (
    ROUNDING,
    CostCheck,
    MceCheck,
    Measured,
    check_cost,
    check_mce,
    mean_of_categories_fits,
)

LIKELY_DENSENET_MS = 98.6  # in place of the printed 328.6: Ensemble-M's time is then the sum of its members'


class Finding(NamedTuple):
    """One thing that does not fit: where, what is printed, what it should be, and why."""

    key: str
    where: str
    printed: str
    found: str
    explanation: str


class Audit(NamedTuple):
    """All checks, and what they found."""

    mce: tuple[MceCheck, ...]
    costs: tuple[CostCheck, ...]
    findings: tuple[Finding, ...]
    holds: tuple[str, ...]


def audit(measured: Mapping[str, Measured], members: Mapping[str, tuple[str, ...]]) -> Audit:
    """Return what fits and what does not.

    Args:
        measured: costs of every architecture of Table 2.
        members: ensemble -> architectures of its members.
    """
    mce = tuple(check_mce(row) for table in (4, 6) for row in corruption_rows(table))
    costs = tuple(check_cost(row, measured, members) for row in table_2())
    findings = (
        *_mce_findings(mce),
        *_cost_findings(costs, members),
        _ratio_finding(measured),
        *_latency_findings(members),
        *_accuracy_findings(),
        _brightness_finding(),
        _zoster_finding(members),
    )
    return Audit(
        mce, costs, tuple(one for one in findings if one is not None), tuple(_what_holds(mce, costs))
    )


def _mce_findings(checks: tuple[MceCheck, ...]) -> list[Finding]:
    return [
        Finding(
            "mce",
            f"Table {check.table}, {check.row}",
            f"mCE {check.printed:.1f}",
            f"{check.recomputed:.2f}",
            f"The mean of the 15 CEs differs by more than rounding can explain ({ROUNDING}).",
        )
        for check in checks
        if not check.fits
    ]


def _cost_findings(checks: tuple[CostCheck, ...], members: Mapping[str, tuple[str, ...]]) -> list[Finding]:
    found = [
        Finding(
            "parameters",
            f"Table 2, {check.row}",
            f"{check.parameters_printed:.1f} million parameters",
            f"{check.parameters_measured / 1e6:.3f}",
            "The network with four classes has another number.",
        )
        for check in checks
        if not check.parameters_fit
    ]
    units = sorted({check.macs_unit for check in checks})
    if len(units) > 1:
        plain = [check.row for check in checks if check.macs_unit == units[0]]
        others = len(checks) - len(plain)
        found.append(
            Finding(
                "macs_unit",
                "Table 2, MACs",
                "million, for all rows",
                f"{units[0] // 10**6} million for {', '.join(plain)}, {units[-1] // 10**6} million for the "
                f"{others} others",
                "The column looks as if AlexNet cost more than a ResNet-50; it costs a sixth.",
            )
        )
    for check in checks:
        if not check.macs_fit:
            found.append(
                Finding(
                    "macs",
                    f"Table 2, {check.row}",
                    f"{check.macs_printed} (x {check.macs_unit // 10**6} million)",
                    f"{check.macs_measured / check.macs_unit:.2f}",
                    "Cut off rather than rounded."
                    if check.macs_printed == check.macs_measured // check.macs_unit
                    else "Neither rounding nor counting batch normalisation explains it.",
                )
            )
    for name, parts in members.items():
        check = next(one for one in checks if one.architecture == name)
        exact = check.parameters_measured / 1e6
        if round(exact, 1) != check.parameters_printed and check.parameters_fit:
            found.append(
                Finding(
                    "ensemble_parameters",
                    f"Table 2, {check.row}",
                    f"{check.parameters_printed:.1f} million parameters",
                    f"{exact:.3f}",
                    f"The sum of its {len(parts)} members' rounded millions; the other ensemble's is exact.",
                )
            )
    return found


def _ratio_finding(measured: Mapping[str, Measured]) -> Finding | None:
    said = _said("mobilenet_v3_small", "times fewer MACs than the ensemble")
    true = measured["ensemble_m"].macs / measured["mobilenet_v3_small"].macs
    if abs(true - float(said.value)) <= 0.5:
        return None
    printed = {row.architecture: row.macs for row in table_2()}
    quotient = printed["ensemble_m"] / printed["mobilenet_v3_small"]
    return Finding(
        "macs_ratio",
        said.where,
        f"{said.value} times fewer MACs than Ensemble-M",
        f"{true:.0f} times",
        f"The quotient of two rounded numbers ({printed['ensemble_m']:,} / {printed['mobilenet_v3_small']} = "
        f"{quotient:.1f}).",
    )


def _latency_findings(members: Mapping[str, tuple[str, ...]]) -> list[Finding]:
    latency = {row.architecture: row.latency_ms for row in table_2()}
    found = []
    for row in table_2():
        parts = members.get(row.architecture, ())
        total = sum(latency[part] for part in parts)
        if parts and abs(total - row.latency_ms) > 0.05 * len(parts) + 0.05:
            shift, likely = total - row.latency_ms, total - latency["densenet121"] + LIKELY_DENSENET_MS
            found.append(
                Finding(
                    "latency",
                    f"Table 2, {row.title}",
                    f"{row.latency_ms:.1f} ms",
                    f"{total:.1f} ms",
                    f"Its members' times miss it by {shift:.1f} ms; with {LIKELY_DENSENET_MS} ms for "
                    f"DenseNet-121 in place of {latency['densenet121']} they come to {likely:.1f}.",
                )
            )
    return found


def _accuracy_findings() -> list[Finding]:
    said = _said("mobilenet_v3_small", "acc_percent")
    found = []
    rows = {row.architecture: row for row in corruption_rows(4)}
    row = rows[said.subject]
    if float(said.value) != row.acc_percent:
        found.append(
            Finding(
                "accuracy",
                said.where,
                f"{row.title}, ACC {said.value}",
                f"{row.acc_percent:.1f}",
                "Tables 4 and 6 agree on the latter, and Table 2 rounds it.",
            )
        )
    for clean in table_2():
        percent = rows[clean.architecture].acc_percent
        if abs(100 * clean.acc - percent) > 0.5 + 1e-9:
            found.append(
                Finding(
                    "accuracy",
                    f"Table 2, {clean.title}",
                    f"ACC {clean.acc:.2f}",
                    f"{percent:.1f} %",
                    "Table 4 has another accuracy.",
                )
            )
    for row in corruption_rows(6):
        if row.method == "baseline" and row[4:] != rows[row.architecture][4:]:
            found.append(
                Finding(
                    "baseline",
                    f"Table 6, {row.name}",
                    f"mCE {row.mce:.1f}",
                    f"{rows[row.architecture].mce:.1f}",
                    "Table 4 has another row for the same network.",
                )
            )
    return found


def _brightness_finding() -> Finding | None:
    placed = [one for one in statements() if (one.subject, one.quantity) == ("brightness", "category")]
    if len({one.value for one in placed}) < 2:
        return None
    row = next(
        r for r in corruption_rows(6) if (r.architecture, r.method) == ("mobilenet_v3_small", "kde_ct")
    )
    means = {one.value: category_means(row, brightness=one.value) for one in placed}
    return Finding(
        "brightness",
        " and ".join(one.where for one in placed),
        " and ".join(one.value for one in placed),
        "weather, as ImageNet-C",
        f"The mCE is the same, the means of two categories are not: {row.name} has weather "
        f"{means['weather']['weather']:.1f} and digital {means['weather']['digital']:.1f} in one reading, "
        f"{means['digital']['weather']:.1f} and {means['digital']['digital']:.1f} in the other.",
    )


def _zoster_finding(members: Mapping[str, tuple[str, ...]]) -> Finding | None:
    rows = {row.architecture: row for row in table_2()}
    row = rows["ensemble_e"]
    better = [rows[part] for part in members["ensemble_e"] if rows[part].f1_hz > row.f1_hz]
    best_else = all(
        getattr(row, score) == max(getattr(one, score) for one in rows.values())
        for score in ("acc", "f1", "precision", "recall", "auroc", "kappa")
    )
    if not (better and best_else):
        return None
    return Finding(
        "f1_hz",
        f"Table 2, {row.title}",
        f"F1-HZ {row.f1_hz:.2f}",
        f"{', '.join(f'{one.title} {one.f1_hz:.2f}' for one in better)}",
        "Below three of its four members while all its other scores are the table's best: not impossible, "
        "but unlikely.",
    )


def _what_holds(mce: tuple[MceCheck, ...], costs: tuple[CostCheck, ...]) -> list[str]:
    """Return sentences on what was checked and fits."""
    fitting = [check for check in mce if check.fits]
    largest = max(abs(check.difference) for check in fitting)
    holds = [
        f"{len(fitting)} of {len(mce)} mCEs are the mean of the row's 15 CEs within rounding; the largest "
        f"difference is {largest:.2f}."
    ]
    if not mean_of_categories_fits(corruption_rows(4)):
        holds.append("The mean of four category means is not what was printed, wherever brightness stands.")
    right = sum(check.parameters_fit for check in costs)
    holds.append(f"{right} of {len(costs)} networks have the printed parameters, with four classes.")
    for student in ("mobilenet_v3_small", "efficientnet_b0"):
        rows = [row for row in corruption_rows(6) if row.architecture == student]
        best = min(rows, key=lambda row: row.mce)
        if best.method == "kde_ct":
            holds.append(f"KDE-CT has the lowest mCE of the seven methods for {best.title}.")
    return holds


def _said(subject: str, quantity: str) -> Statement:
    return next(one for one in statements() if (one.subject, one.quantity) == (subject, quantity))
