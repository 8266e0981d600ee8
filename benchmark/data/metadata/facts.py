"""What a dataset's card and its Croissant document say, counted from its rows and its build report."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from hzbench.benchmark.data.building.report import REPORT_NAME, BuildReport, load_report
from hzbench.benchmark.data.checking.source_risks import source_risks
from hzbench.benchmark.data.dataset import DatasetDocument, open_dataset
from hzbench.benchmark.data.index import ESTIMATED, INDEX_NAME, SKIN_TYPES, IndexRow, is_extra_test
from hzbench.benchmark.data.metadata.markdown import sentence
from hzbench.benchmark.data.metadata.publication import NOT_PUBLISHED, Publication, read_publication

NORMAL_95 = 1.959964  # 97.5 % quantile of the normal distribution
NAMED = 20  # how many warnings of the build are repeated before the rest is counted
LITTLE = 100  # pictures of the focus class below which a proportion's uncertainty is spelled out

DROP_REASONS = {
    "unreadable": "cannot be decoded",
    "duplicate": "a copy of another one",
    "conflict": "one picture under two labels, so that neither was taken",
    "review": "by the verdict of reviewers",
    "leak": "for an additional test set, and train or val holds something of it",
}


@dataclass(frozen=True)
class Facts:
    """A dataset as its documents describe it.

    Attributes:
        document: dataset.json.
        rows: index.csv.
        index_text: index.csv as it lies there.
        publication: who publishes it, as far as that is known.
        report: of the build; None where the pictures were rendered or the report is gone.
    """

    document: DatasetDocument
    rows: tuple[IndexRow, ...]
    index_text: str
    publication: Publication = NOT_PUBLISHED
    report: BuildReport | None = None

    @property
    def label(self) -> str:
        """Name and version."""
        return f"{self.document.name}-{self.document.version}"

    def groups(self) -> dict[str, int]:
        """Return {split: groups in it}."""
        pairs = {(row.split, row.group) for row in self.rows}
        counted = Counter(split for split, _ in pairs)
        return {split: counted[split] for split in self.document.counts}

    def sources(self) -> dict[str, dict[str, int]]:
        """Return {source: {class: pictures}} of train, val and test, the largest source first."""
        counts: dict[str, Counter[str]] = {}
        for row in self.rows:
            if not is_extra_test(row.split):
                counts.setdefault(row.source, Counter())[row.label] += 1
        order = sorted(counts, key=lambda source: (-counts[source].total(), source))
        return {source: {name: counts[source][name] for name in self.document.classes} for source in order}

    def skin_types(self) -> dict[str, dict[str, int]]:
        """Return {skin type, or empty for unknown: {split: pictures}}, without types that have no picture."""
        counts = Counter((row.skin_type, row.split) for row in self.rows)
        types = [one for one in ("", *SKIN_TYPES) if any(kind == one for kind, _ in counts)]
        return {
            one: {split: counts[one, split] for split in self.document.counts}
            for one in sorted(types, key=lambda one: (not one, one))
        }

    def estimated_skin_types(self) -> int:
        """Return how many skin types were estimated from the pixels rather than given."""
        return sum(row.skin_type_source == ESTIMATED for row in self.rows)

    def conditions(self) -> dict[str, dict[str, int]]:
        """Return {additional test set: {condition: pictures}}."""
        counts: dict[str, dict[str, int]] = {}
        for row in self.rows:
            if is_extra_test(row.split):
                mine = counts.setdefault(row.split, {})
                mine[row.condition] = mine.get(row.condition, 0) + 1
        return counts


def facts_of(folder: Path) -> Facts:
    """Return the facts of the dataset in a folder.

    Raises:
        DataError: not a dataset, or a build report that cannot be read.
    """
    dataset = open_dataset(folder)
    report = load_report(folder) if (folder / REPORT_NAME).is_file() else None
    text = (folder / INDEX_NAME).read_bytes().decode("utf-8")
    return Facts(dataset.document, dataset.rows, text, read_publication(folder), report)


def known_problems(facts: Facts) -> list[str]:
    """Return what a user should know before trusting a number, a sentence each."""
    problems = [sentence(facts.document.notice)] if facts.document.notice else []
    if facts.report is not None:
        problems += _dropped(facts.report) + _changed(facts.report)
    problems += source_warnings(facts)
    problems += _ungrouped(facts) + _few_of_the_focus_class(facts) + _skin_types(facts)
    if facts.report is not None:
        problems += _some([f"Warning of the build: {text}." for text in facts.report.warnings], "warnings")
    return problems


def _dropped(report: BuildReport) -> list[str]:
    """Say how many pictures are not here and why, and which are nearly the same or undecided."""
    counts = [*report.dropped_by_reason().items()]
    counts += sorted(Counter(drop.reason for drop in report.left_out).items())
    problems = [
        f"{_pictures(count)} of the source left out: {DROP_REASONS.get(reason, reason)}."
        for reason, count in counts
    ]
    if report.near_duplicates:
        count = len(report.near_duplicates)
        problems.append(
            f"{count:,} pair{'' if count == 1 else 's'} of near duplicates, each kept in one group "
            f"({report.near_duplicate_rule})."
        )
    return problems + _some([f"Unresolved: {text}." for text in report.unresolved], "unresolved things")


def _some(lines: list[str], what: str) -> list[str]:
    """Return the first lines, and how many more there are."""
    more = [f"{len(lines) - NAMED} more {what} are in {REPORT_NAME}."] if len(lines) > NAMED else []
    return lines[:NAMED] + more


def _changed(report: BuildReport) -> list[str]:
    """Say what had to be done to pictures: those that were enlarged in one line, the rest by kind."""
    notes = [note for of_one in report.noted.values() for note in of_one]
    sides = [int(found[1]) for note in notes if (found := re.match(r"enlarged from (\d+) x", note))]
    problems = []
    if sides:
        problems.append(
            f"{_pictures(len(sides))} enlarged to 224 x 224, the smallest from {min(sides)} x {min(sides)}: "
            "their detail is not that of the others."
        )
    rest = Counter(re.sub(r"\d+", "n", note) for note in notes if not note.startswith("enlarged"))
    return problems + [f"{_pictures(count)}: {note}." for note, count in sorted(rest.items())]


def source_warnings(facts: Facts) -> list[str]:
    """Name sources that give a class away."""
    risks = source_risks(facts.sources(), facts.document.classes)
    return [sentence(risk.sentence()) for risk in risks]


def _ungrouped(facts: Facts) -> list[str]:
    if len({row.group for row in facts.rows}) < len(facts.rows):
        return []
    return [
        "No two pictures are known to show one person: a person with several pictures may be on both sides "
        "of a split."
    ]


def _few_of_the_focus_class(facts: Facts) -> list[str]:
    focus = facts.document.focus_class
    count = facts.document.counts.get("test", {}).get(focus, LITTLE)
    if count >= LITTLE:
        return []
    if count == 0:
        return [f"The test split has no picture of {focus}: its sensitivity cannot be measured."]
    square = NORMAL_95**2 / count
    half = NORMAL_95 * math.sqrt(0.25 / count + square / (4 * count)) / (1 + square)  # Wilson, at 50 %
    return [
        f"The test split has {_pictures(count)} of {focus}: a sensitivity near 50 % is uncertain by "
        f"{100 * half:.0f} points either way (95 %)."
    ]


def _skin_types(facts: Facts) -> list[str]:
    found = facts.skin_types()
    if set(found) <= {""}:
        return ["Skin types are unknown: nothing can be said about errors by skin tone."]
    absent = [one for one in SKIN_TYPES if one not in found]
    problems = [f"No picture of skin type {', '.join(absent)}."] if absent else []
    known = sum(bool(row.skin_type) for row in facts.rows)
    if guessed := facts.estimated_skin_types():
        share = f"All {known:,}" if guessed == known else f"{guessed:,} of {known:,}"
        problems.append(
            f"{share} skin types were estimated from the pictures themselves, where light and camera move "
            "them by a type or two."
        )
    return problems


def _pictures(count: int) -> str:
    return f"{count:,} picture" + ("" if count == 1 else "s")
