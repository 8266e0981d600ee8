"""What a build did with every file it was given: kept, dropped and why, per class and split."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from hzbench.benchmark.durable import write_json
from hzbench.benchmark.errors import DataError

REPORT_NAME = "build_report.json"


class Drop(BaseModel):
    """One file that is not in the dataset.

    Attributes:
        file: name relative to the source.
        reason: `unreadable`, `duplicate`, `conflict` or `review`; of what a source left out, why in a few
            words.
        detail: what was wrong, or which file it equals.
        source: the collection; empty where there is one alone.
        label: class name; empty for what a source left out.
        pixel_digest: of a conflict, so that reviewers can settle it; else empty.
    """

    model_config = ConfigDict(frozen=True)

    file: str
    reason: str
    detail: str
    source: str = ""
    label: str = ""
    pixel_digest: str = ""


class NearPair(BaseModel):
    """Two files that are nearly the same picture, and how many bits of their hashes differ."""

    model_config = ConfigDict(frozen=True)

    first: str
    second: str
    bits: int


class BuildReport(BaseModel):
    """The whole account; every file that the source listed is in `kept` or in `dropped`.

    Attributes:
        read: files listed as pictures.
        read_by_class: the same for each class, by the label that the source gave.
        kept: {path in the dataset: file it was made from}.
        dropped: files left out.
        ignored: files whose names are not those of pictures.
        noted: {file: what was done to it}, for example turned upright.
        counts: {split: {class: pictures}}.
        warnings: what the user should look at before trusting the split.
        notes: how names were understood.
        left_out: pictures that the source has and its rules keep out; they were not opened.
        unresolved: what nobody but the user can put right; a strict build fails on it.
        near_duplicates: pairs that were put into one group.
        near_duplicate_rule: by which hashes and up to which threshold they were found.
    """

    model_config = ConfigDict(frozen=True)

    source: str
    read: int
    read_by_class: dict[str, int] = {}
    kept: dict[str, str]
    dropped: tuple[Drop, ...]
    ignored: tuple[str, ...]
    noted: dict[str, tuple[str, ...]]
    counts: dict[str, dict[str, int]]
    warnings: tuple[str, ...]
    notes: tuple[str, ...]
    left_out: tuple[Drop, ...] = ()
    unresolved: tuple[str, ...] = ()
    near_duplicates: tuple[NearPair, ...] = ()
    near_duplicate_rule: str = ""

    def dropped_by_reason(self) -> dict[str, int]:
        """Return {reason: files}."""
        return dict(sorted(Counter(drop.reason for drop in self.dropped).items()))

    def lines(self, limit: int = 20) -> list[str]:
        """Return the report as lines of text.

        Args:
            limit: how many dropped and ignored files are named before the rest is counted.
        """
        reasons = ", ".join(f"{count} {reason}" for reason, count in self.dropped_by_reason().items())
        lines = [f"{self.read} pictures read, {len(self.kept)} kept, {len(self.dropped)} dropped"]
        lines[0] += f" ({reasons})" if reasons else ""
        lines += self._table()
        lines += [f"note: {note}" for note in self.notes]
        lines += _left_out(self.left_out)
        kinds = Counter(note for notes in self.noted.values() for note in notes)
        lines += [f"note: {count} x {note}" for note, count in sorted(kinds.items())]
        if self.near_duplicates:
            lines.append(f"note: {len(self.near_duplicates)} pairs of near duplicates, each in one group")
        lines += [f"warning: {warning}" for warning in self.warnings]
        lines += _some([f"unresolved: {trouble}" for trouble in self.unresolved], limit)
        lines += _some(
            [f"dropped: {drop.file}: {drop.reason}: {drop.detail}" for drop in self.dropped], limit
        )
        lines += _some([f"ignored: {name}: not the name of a picture" for name in self.ignored], limit)
        return lines

    def _table(self) -> list[str]:
        """Return a line a class: pictures read, dropped for each reason, and kept in each split."""
        reasons = list(self.dropped_by_reason())
        dropped = Counter((drop.label, drop.reason) for drop in self.dropped)
        classes = list(next(iter(self.counts.values()), {}))
        titles = ["class", *(["read", *reasons] if self.read_by_class else []), *self.counts]
        rows = [titles]
        for name in classes:
            before = [self.read_by_class.get(name, 0), *(dropped[name, reason] for reason in reasons)]
            kept = [self.counts[split][name] for split in self.counts]
            rows.append([name, *map(str, (before if self.read_by_class else []) + kept)])
        widths = [max(len(row[column]) for row in rows) for column in range(len(titles))]
        widths = [widths[0], *(max(width + 2, 8) for width in widths[1:])]
        return [
            "".join(
                f"{cell:<{width}}" if column == 0 else f"{cell:>{width}}"
                for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            for row in rows
        ]

    def save(self, folder: Path) -> None:
        """Write build_report.json into a dataset's folder."""
        write_json(folder / REPORT_NAME, self.model_dump(mode="json"))


def load_report(folder: Path) -> BuildReport:
    """Read a dataset's build_report.json.

    Raises:
        DataError: absent or malformed.
    """
    file = folder / REPORT_NAME
    try:
        return BuildReport.model_validate_json(file.read_bytes())
    except (OSError, ValueError) as error:
        raise DataError(f"{file}: no readable build report ({type(error).__name__})") from error


def _left_out(left_out: Sequence[Drop], examples: int = 3) -> list[str]:
    """Return a line a source and reason, with the first few names."""
    names: dict[tuple[str, str], list[str]] = {}
    for drop in left_out:
        names.setdefault((drop.source, drop.reason), []).append(drop.file)
    lines = []
    for (source, reason), files in sorted(names.items()):
        named = ", ".join(files[:examples]) + (", ..." if len(files) > examples else "")
        lines.append(f"left out{f' of {source}' if source else ''}: {len(files)} x {reason}: {named}")
    return lines


def _some(lines: list[str], limit: int) -> list[str]:
    if len(lines) <= limit:
        return lines
    return [*lines[:limit], f"... and {len(lines) - limit} more, all in {REPORT_NAME}"]
