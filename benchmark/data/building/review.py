"""What reviewers said about pictures, in CSV files that a build honours: keep, drop, or another class."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from hzbench.benchmark.data.building.deduplication import Picture
from hzbench.benchmark.data.building.report import Drop
from hzbench.benchmark.errors import DataError, closest

REVIEW_COLUMNS = ("path", "pixel_digest", "label", "reviewer", "verdict", "note")
KEEP, DROP, RELABEL = "keep", "drop", "relabel:"
NAMED = 3  # pictures that a sentence names before it counts the rest


class Vote(NamedTuple):
    """One filled-in line.

    Attributes:
        where: file and line.
        path: of the picture, when it was reviewed.
        digest: pixel digest, which is what the verdict is about; names may change.
        reviewer: who, or empty.
        verdict: `keep`, `drop` or `relabel:<class>`.
        note: why.
    """

    where: str
    path: str
    digest: str
    reviewer: str
    verdict: str
    note: str


class Reviewed(NamedTuple):
    """Pictures after the review.

    Attributes:
        pictures: what goes on, with its final labels.
        dropped: what was left out.
        notes: what was done, in sentences.
        warnings: reviewers who differ but were outvoted.
        unresolved: pictures on which no verdict has a majority; they are left out.
    """

    pictures: tuple[Picture, ...]
    dropped: tuple[Drop, ...]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    unresolved: tuple[str, ...]


def read_votes(files: Sequence[Path], classes: Sequence[str]) -> list[Vote]:
    """Read review files. Lines without a verdict are not reviewed yet, and left out.

    Args:
        files: CSVs as `hzbench data review` writes them; needed are the columns pixel_digest and verdict.
        classes: to which `relabel:` may point.

    Raises:
        DataError: a file that cannot be read, a column too few, or verdicts that are none; names each line.
    """
    votes: list[Vote] = []
    problems: list[str] = []
    for file in files:
        for number, row in _rows(file):
            verdict = _plain(row.get("verdict", ""))
            if not verdict:
                continue
            where = f"{file}: line {number}"
            digest = row.get("pixel_digest", "").strip().lower()
            problem = _problem(verdict, classes)
            if not re.fullmatch(r"[0-9a-f]{64}", digest):
                problem = f"pixel_digest {digest!r} is not 64 hex digits"
            if problem:
                problems.append(f"{where}: {problem}")
                continue
            texts = [row.get(name, "").strip() for name in ("path", "reviewer", "note")]
            votes.append(Vote(where, texts[0], digest, texts[1], verdict, texts[2]))
    if problems:
        raise DataError(
            "; ".join(problems[:20]) + (f"; and {len(problems) - 20} more" * (len(problems) > 20))
        )
    return votes


def apply_votes(pictures: Sequence[Picture], votes: Sequence[Vote]) -> Reviewed:
    """Do what the reviewers said.

    A verdict with more than half of a picture's votes decides. Without one the picture is left out and
    reported as unresolved: nobody knows what it shows. A reviewer who said one thing twice has one vote.

    Args:
        pictures: the readable pictures of a source.
        votes: of `read_votes`.
    """
    by_digest: dict[str, list[Vote]] = {}
    for vote in votes:
        by_digest.setdefault(vote.digest, []).append(vote)
    known = {picture.digest for picture in pictures}
    kept: list[Picture] = []
    dropped: list[Drop] = []
    warnings: list[str] = []
    unresolved: list[str] = []
    done: Counter[str] = Counter()
    for picture in pictures:
        mine = by_digest.get(picture.digest)
        if not mine:
            kept.append(picture)
            continue
        verdict, disagreement = _majority(mine)
        item = picture.item
        text = f"reviewers differ on {item.name}: {disagreement}"
        if not verdict:
            unresolved.append(f"{text}; it is left out")
        elif disagreement:
            warnings.append(f"{text}; {verdict} has the majority")
        action = verdict.partition(":")[0] or "disputed"
        done[action] += 1
        if action in (DROP, "disputed"):
            detail = _reasons(mine, verdict) if verdict else text
            dropped.append(Drop(file=item.name, reason="review", detail=detail, label=item.label))
        else:
            label = verdict.removeprefix(RELABEL) if verdict.startswith(RELABEL) else item.label
            kept.append(picture._replace(item=item._replace(label=label)))
    mine = [vote for vote in votes if vote.digest in known]
    return Reviewed(
        tuple(kept),
        tuple(dropped),
        (_summary(mine, done),) if mine else (),
        tuple(warnings),
        tuple(unresolved),
    )


def _rows(file: Path) -> list[tuple[int, Mapping[str, str]]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            sample = stream.readline()
            stream.seek(0)
            separator = (
                ";" if sample.count(";") > sample.count(",") else ","
            )  # spreadsheets of some countries
            reader = csv.DictReader(stream, strict=True, delimiter=separator, restval="")
            columns = [name.strip() for name in reader.fieldnames or ()]
            reader.fieldnames = columns
            missing = [name for name in ("pixel_digest", "verdict") if name not in columns]
            if missing:
                expected = ",".join(REVIEW_COLUMNS)
                raise DataError(f"{file}: no column {' and no column '.join(missing)}; expected {expected}")
            return [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{file}: cannot be read as a CSV file in UTF-8 ({error})") from error


def _plain(verdict: str) -> str:
    """Return a verdict without outer spaces, its keyword in small letters."""
    keyword, colon, label = verdict.strip().partition(":")
    return keyword.strip().lower() + colon + label.strip()


def _problem(verdict: str, classes: Sequence[str]) -> str:
    if verdict in (KEEP, DROP):
        return ""
    if verdict.startswith(RELABEL):
        label = verdict.removeprefix(RELABEL)
        return (
            "" if label in classes else f"verdict {verdict!r}: no such class.{closest(label, list(classes))}"
        )
    return f"verdict {verdict!r}; expected keep, drop, relabel:<class>, or nothing"


def _majority(votes: Sequence[Vote]) -> tuple[str, str]:
    """Return the verdict with more than half of the votes, or empty; and who said what if they differ."""
    voices = {(vote.reviewer or vote.where, vote.verdict) for vote in votes}
    counts = Counter(verdict for _, verdict in voices)
    best, count = max(counts.items(), key=lambda entry: (entry[1], entry[0]))
    verdict = best if 2 * count > counts.total() else ""
    if len(counts) == 1:
        return verdict, ""
    return verdict, ", ".join(f"{reviewer} says {said}" for reviewer, said in sorted(voices))


def _reasons(votes: Sequence[Vote], verdict: str) -> str:
    agreed = [vote for vote in votes if vote.verdict == verdict]
    notes = [f"{vote.reviewer or 'a reviewer'}{f': {vote.note}' if vote.note else ''}" for vote in agreed]
    return f"{verdict}, says {'; '.join(dict.fromkeys(notes))}"


def _summary(votes: Sequence[Vote], done: Counter[str]) -> str:
    reviewers = len({vote.reviewer for vote in votes})
    counted = ", ".join(f"{count} {action}" for action, count in sorted(done.items()))
    return (
        f"review: {len(votes)} verdicts of {reviewers} reviewer{'s' if reviewers != 1 else ''} "
        f"on {done.total()} pictures{f' ({counted})' if counted else ''}"
    )


def verdicts_on_nothing(votes: Sequence[Vote], digests: Collection[str]) -> list[str]:
    """Return a sentence on the votes whose picture is not among `digests`, if there are any."""
    votes = [vote for vote in votes if vote.digest not in digests]
    if not votes:
        return []
    named = ", ".join(f"{vote.path or vote.digest[:12]} ({vote.where})" for vote in votes[:NAMED])
    more = f" and {len(votes) - NAMED} more" if len(votes) > NAMED else ""
    return [
        f"verdicts on pictures that the source does not have, or had with another framing: {len(votes)}: "
        f"{named}{more}"
    ]
