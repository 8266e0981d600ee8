"""The paper's tables as data. Source: Back et al., IEEE Access 9:20156-20169 (2021), Tables 2, 4 and 6."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from hzbench.corruptions.registry import CATEGORIES, CORRUPTIONS

METHOD_TITLES = {
    "baseline": "Baseline",
    "gnt": "GNT σ0.5",
    "ant": "ANT σ0.3",
    "kd_sm": "KD-SM",
    "kde_at": "KDE-AT",
    "kde_st": "KDE-ST",
    "kde_ct": "KDE-CT",
}
"""As Table 6 prints them."""


class CleanRow(NamedTuple):
    """A row of Table 2: scores on clean pictures as fractions, and costs in the paper's own units."""

    title: str
    architecture: str
    acc: float
    f1: float
    precision: float
    recall: float
    f1_hz: float
    auroc: float
    kappa: float
    latency_ms: float
    parameters_millions: float
    macs: int  # headed "million"


class CorruptionRow(NamedTuple):
    """A row of Table 4 or 6: accuracy in percent, mCE and CEs in points (the paper's AlexNet has 100)."""

    table: int
    title: str
    architecture: str
    method: str
    acc_percent: float
    mce: float
    corruption_error: dict[str, int]

    @property
    def name(self) -> str:
        """The model, with its method where that is not the Baseline."""
        return self.title if self.method == "baseline" else f"{self.title} {METHOD_TITLES[self.method]}"


class Statement(NamedTuple):
    """A number or a word that the text or a caption gives."""

    where: str
    subject: str
    quantity: str
    value: str


@lru_cache(maxsize=1)
def table_2() -> tuple[CleanRow, ...]:
    """Return the 13 models on clean pictures."""
    return tuple(
        CleanRow(
            title=row["printed_name"],
            architecture=row["architecture"],
            **{
                name: float(row[name])
                for name in ("acc", "f1", "precision", "recall", "f1_hz", "auroc", "kappa", "latency_ms")
            },
            parameters_millions=float(row["params_million"]),
            macs=int(row["macs_printed"]),
        )
        for row in _read("table2.csv")
    )


@lru_cache(maxsize=2)
def corruption_rows(table: int) -> tuple[CorruptionRow, ...]:
    """Return the rows of Table 4 (13 models) or Table 6 (7 methods for 2 students)."""
    return tuple(
        CorruptionRow(
            table=table,
            title=row["printed_name"],
            architecture=row["architecture"],
            method=row.get("method", "baseline"),
            acc_percent=float(row["acc_percent"]),
            mce=float(row["mce"]),
            corruption_error={name: int(row[name]) for name in CORRUPTIONS},
        )
        for row in _read(f"table{table}.csv")
    )


@lru_cache(maxsize=1)
def statements() -> tuple[Statement, ...]:
    """Return what the text and the captions say."""
    return tuple(Statement(**row) for row in _read("statements.csv"))


def category_means(row: CorruptionRow, *, brightness: str = "weather") -> dict[str, float]:
    """Return the mean CE of each category.

    Args:
        row: of Table 4 or 6.
        brightness: the category that it is put into: `weather` (the tables' headers, ImageNet-C) or `digital`
            (the caption of Figure 4).
    """
    members = {
        category: [name for name in names if name != "brightness"] for category, names in CATEGORIES.items()
    }
    members[brightness].append("brightness")
    return {
        category: sum(row.corruption_error[name] for name in names) / len(names)
        for category, names in members.items()
    }


def _read(name: str) -> list[dict[str, str]]:
    text = (resources.files("hzbench.leaderboards") / "published" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
