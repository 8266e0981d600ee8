"""Tables in the layouts of the paper (Back et al. 2021, Tables 2, 4 and 6), as plain texts to be rendered.

Percent and points appear here and nowhere else: documents hold fractions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from hzbench.benchmark.results.schema import Result
from hzbench.corruptions.registry import CATEGORIES, CORRUPTIONS
from hzbench.leaderboards.entry import method_of, name_of, open_flags
from hzbench.leaderboards.rendering import UNDEFINED, Table, plain

COLUMN_TITLES: dict[str, str] = {
    "gaussian_noise": "Gauss.",
    "shot_noise": "Shot",
    "impulse_noise": "Impulse",
    "defocus_blur": "Defocus",
    "glass_blur": "Glass",
    "motion_blur": "Motion",
    "zoom_blur": "Zoom",
    "snow": "Snow",
    "frost": "Frost",
    "fog": "Fog",
    "brightness": "Bright",
    "contrast": "Contrast",
    "elastic_transform": "Elastic",
    "pixelate": "Pixel",
    "jpeg_compression": "JPEG",
}  # as the paper prints them
Rows = Literal["model", "method"]
FLAGGED_NOTE = (
    "Rows marked 'flagged' are not ranked until somebody has reviewed what the flags of their result say."
)


def clean_table(results: Sequence[Result], rows: Rows = "model") -> Table:
    """Return the layout of Table 2: performance on the clean pictures, and cost.

    Args:
        results: one row each, in this order.
        rows: `model` names each row by the model, `method` by architecture and training method.
    """
    names, cells = _names(rows), []
    for result in results:
        clean, cost = result.clean, result.efficiency
        zoster = f"{_fixed(clean.acc_hz, 3)} ({_fixed(clean.no_information_rate_hz, 3)})"
        numbers = (clean.acc, clean.f1, clean.precision, clean.recall, clean.f1_hz)
        cells.append(
            (
                *_name_cells(result, rows),
                *(_fixed(number, 2) for number in numbers),
                zoster,
                *(_fixed(number, 3) for number in (clean.auroc, clean.kappa)),
                UNDEFINED if result.model.input_size is None else str(result.model.input_size),
                _fixed(None if cost.latency_ms is None else cost.latency_ms.p50, 1),
                _fixed(cost.latency_ratio, 2),
                _millions(cost.params),
                _millions(cost.macs),
            )
        )
    titles = ("ACC", "F1", "PR", "RE", "F1-HZ", "ACC-HZ (NIR)", "AUROC", "Kappa")
    costs = ("Input", "Latency ms", "x AlexNet", "Params M", "MACs M")
    notes = ("ACC-HZ (NIR): zoster against the rest, and what always giving the commoner answer reaches.",)
    return Table(
        title="Clean pictures",
        groups=(("", len(names)), ("Performance", len(titles)), ("Cost", len(costs))),
        header=(*names, *titles, *costs),
        rows=tuple(cells),
        text_columns=len(names),
        notes=notes + _notices(results),
    )


def corruption_table(results: Sequence[Result], rows: Rows = "model") -> Table:
    """Return the layout of Tables 4 and 6: ACC, mCE and the 15 corruption errors by category.

    Where no result has a reference, the 15 columns hold mean errors in percent instead, and a note says so.

    Args:
        results: one row each, in this order.
        rows: `model` as in Table 4, `method` as in Table 6.
    """
    normalised = any(result.reference is not None for result in results) or not results
    names, cells = _names(rows), []
    for result in results:
        per_corruption = result.corruption_error if normalised else _mean_errors(result)
        mce = result.mce if normalised else result.mce_unnormalised
        cells.append(
            (
                *_name_cells(result, rows),
                _percent(result.clean.acc, 1),
                _percent(mce, 1),
                _interval(result, "mce" if normalised else "mce_unnormalised"),
                _percent(result.mce_balanced, 1),
                _percent(result.mean_sensitivity_hz, 1),
                _percent(result.mean_specificity_hz, 1),
                *(_percent(per_corruption[name], 0) for name in CORRUPTIONS),
            )
        )
    headline = ("ACC", "mCE" if normalised else "mErr", "95 %", "mCE-bal", "SE-HZ", "SP-HZ")
    notes = [
        "In percent. SE-HZ and SP-HZ: zoster sensitivity and specificity over the 75 corrupted cells, at the "
        "threshold with specificity of at least 90 % on clean validation pictures."
    ]
    if not normalised:
        notes.insert(0, "No reference: mErr and the 15 columns are mean errors in percent, not mCE and CEs.")
    return Table(
        title="Corrupted pictures",
        groups=(
            ("", len(names) + len(headline)),
            *((category.capitalize(), len(members)) for category, members in CATEGORIES.items()),
        ),
        header=(*names, *headline, *(COLUMN_TITLES.get(name, name) for name in CORRUPTIONS)),
        rows=tuple(cells),
        text_columns=len(names),
        notes=(*notes, *_notices(results)),
    )


def with_flagged(table: Table, results: Sequence[Result], flagged: int) -> Table:
    """Mark the last rows, which are not ranked, with the flags that wait for review.

    Args:
        table: one row for each result.
        results: ranked ones first.
        flagged: how many of the last ones are flagged.
    """
    if not flagged:
        return table
    ranked = len(table.rows) - flagged
    rows = [
        (f"{cells[0]} (flagged: {plain(', '.join(open_flags(result)), 60)})", *cells[1:])
        for cells, result in zip(table.rows[ranked:], results[ranked:], strict=True)
    ]
    return table._replace(
        rows=(*table.rows[:ranked], *rows), notes=(*table.notes, FLAGGED_NOTE), apart=table.apart + flagged
    )


def with_signatures(table: Table, results: Sequence[Result]) -> Table:
    """Return the table with each row's signature last, so that rows of several boards fit in one file."""
    return table._replace(
        groups=(*table.groups, ("", 1)),
        header=(*table.header, "Signature"),
        rows=tuple((*cells, result.signature) for cells, result in zip(table.rows, results, strict=True)),
    )


def _names(rows: Rows) -> tuple[str, ...]:
    return ("Model",) if rows == "model" else ("Architecture", "Method")


def _name_cells(result: Result, rows: Rows) -> tuple[str, ...]:
    if rows == "model":
        return (plain(name_of(result)),)
    return (plain(result.model.architecture or name_of(result)), plain(method_of(result) or UNDEFINED))


def _mean_errors(result: Result) -> dict[str, float | None]:
    """Return the mean of the 5 errors of each corruption."""
    errors: dict[str, list[float]] = {name: [] for name in CORRUPTIONS}
    for cell in result.cells:
        errors[cell.corruption].append(cell.error)
    return {name: sum(values) / len(values) for name, values in errors.items()}


def _interval(result: Result, path: str) -> str:
    interval = result.intervals.values.get(path)
    return UNDEFINED if interval is None else f"{100 * interval[0]:.1f} to {100 * interval[1]:.1f}"


def _notices(results: Sequence[Result]) -> tuple[str, ...]:
    """Return each dataset's notice once, such as the line that says the pictures are synthetic."""
    return tuple(dict.fromkeys(plain(result.data.notice, 400) for result in results if result.data.notice))


def _fixed(value: float | None, digits: int) -> str:
    return UNDEFINED if value is None else f"{value:.{digits}f}"


def _percent(fraction: float | None, digits: int) -> str:
    return UNDEFINED if fraction is None else f"{100 * fraction:.{digits}f}"


def _millions(count: int | None) -> str:
    return UNDEFINED if count is None else f"{count / 1e6:,.1f}"
