"""Pictures laid out for reviewers: numbered contact sheets, and a CSV to fill in whose rows they number."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

from hzbench.benchmark.data.building.report import REPORT_NAME, Drop, load_report
from hzbench.benchmark.data.building.review import REVIEW_COLUMNS
from hzbench.benchmark.data.dataset import Dataset, read_picture
from hzbench.benchmark.data.index import IndexRow
from hzbench.benchmark.durable import Progress, write_bytes, write_text
from hzbench.benchmark.errors import DataError

COLUMNS, ROWS = 6, 5  # pictures on a sheet
TILE = 224  # pixels: canonical pictures as they are
GAP, CAPTION, MARGIN, HEAD = 12, 26, 28, 84  # pixels
INK, QUIET, PAPER = (34, 34, 34), (110, 110, 110), (255, 255, 255)
REVIEW_NAME = "review.csv"


class Review(NamedTuple):
    """What was written: the CSV, the sheets, and how many pictures are on them."""

    csv: Path
    sheets: tuple[Path, ...]
    pictures: int


class _Entry(NamedTuple):
    number: int
    row: IndexRow


def write_review(
    dataset: Dataset,
    out: Path,
    *,
    labels: Sequence[str] = (),
    reviewer: str = "",
    progress: Progress | None = None,
) -> Review:
    """Write review.csv and contact sheets of all pictures, class by class, into a new folder.

    The number above a picture is its row in review.csv as spreadsheets count rows: the first is 2. Within a
    class the pictures of one group stand side by side. Below them review.csv has a row for each picture that
    the build left out because it came under two labels: a verdict `relabel:<class>` settles it.

    Args:
        dataset: opened.
        out: the folder to make; what reviewers filled in there already is not overwritten.
        labels: of which classes; empty for all.
        reviewer: name to write into each line.
        progress: called after each picture.

    Raises:
        DataError: review.csv exists, no such class, or a picture that cannot be read.
    """
    target = out / REVIEW_NAME
    if target.exists():
        raise DataError(f"{target}: exists, and may hold verdicts; choose another --out")
    for label in labels:
        if label not in dataset.classes:
            raise DataError(f"{dataset.root}: no class {label!r}; it has {', '.join(dataset.classes)}")
    wanted = [name for name in dataset.classes if not labels or name in labels]
    firsts: dict[str, int] = {}
    for position, row in enumerate(dataset.rows):
        firsts.setdefault(row.group, position)
    ordered = sorted(
        (row for row in dataset.rows if row.label in wanted),
        key=lambda row: (wanted.index(row.label), firsts[row.group], row.pixel_digest),
    )
    entries = [_Entry(number, row) for number, row in enumerate(ordered, start=2)]
    sheets = []
    done = 0
    for label in wanted:
        mine = [entry for entry in entries if entry.row.label == label]
        pages = list(_pages(mine))
        for page, shown in enumerate(pages, start=1):
            sheet = _draw(dataset, label, shown, f"sheet {page} of {len(pages)}")
            file = out / f"{label}-{page:03d}.jpg"
            stream = io.BytesIO()
            sheet.save(stream, "JPEG", quality=92, subsampling=0)
            write_bytes(file, stream.getvalue())
            sheets.append(file)
            done += len(shown)
            if progress is not None:
                progress("drawing sheets", done, len(entries))
    write_text(target, _csv_text(entries, _conflicts(dataset), reviewer))
    return Review(target, tuple(sheets), len(entries))


def _pages(entries: Sequence[_Entry]) -> Iterator[Sequence[_Entry]]:
    for start in range(0, len(entries), COLUMNS * ROWS):
        yield entries[start : start + COLUMNS * ROWS]


def _conflicts(dataset: Dataset) -> list[tuple[str, str, str]]:
    """Return (files, pixel digest, labels) of the pictures that the build dropped for having two labels."""
    if not (dataset.root / REPORT_NAME).is_file():
        return []
    found: dict[str, list[Drop]] = {}
    for drop in load_report(dataset.root).dropped:
        if drop.reason == "conflict" and drop.pixel_digest:
            found.setdefault(drop.pixel_digest, []).append(drop)
    return [
        (
            " ".join(drop.file for drop in drops),
            digest,
            " or ".join(dict.fromkeys(drop.label for drop in drops)),
        )
        for digest, drops in sorted(found.items())
    ]


def _csv_text(entries: Sequence[_Entry], conflicts: Sequence[tuple[str, str, str]], reviewer: str) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(REVIEW_COLUMNS)
    for entry in entries:
        row = entry.row
        writer.writerow([row.path, row.pixel_digest, row.label, reviewer, "", ""])
    for files, digest, labels in conflicts:
        writer.writerow(
            [files, digest, labels, reviewer, "", "left out by the build; relabel:<class> takes it in"]
        )
    return stream.getvalue()


def _draw(dataset: Dataset, label: str, entries: Sequence[_Entry], page: str) -> Image.Image:
    """Draw one sheet: as wide as ever, as high as its pictures ask for."""
    lines = -(-len(entries) // COLUMNS)
    width = 2 * MARGIN + COLUMNS * (TILE + GAP) - GAP
    sheet = Image.new("RGB", (width, MARGIN + HEAD + lines * (TILE + CAPTION + GAP) + 4), PAPER)
    pen = ImageDraw.Draw(sheet)
    pen.text((MARGIN, MARGIN - 6), label.replace("_", " "), INK, _font(30))
    pen.text((width - MARGIN, MARGIN - 2), f"{dataset.label}, {page}", QUIET, _font(18), anchor="ra")
    pen.text(
        (MARGIN, MARGIN + 36),
        f"The number is the row in {REVIEW_NAME}. Verdicts: keep, drop, relabel:<class>; empty: none yet.",
        QUIET,
        _font(18),
    )
    before = None
    for position, entry in enumerate(entries):
        x = MARGIN + position % COLUMNS * (TILE + GAP)
        y = MARGIN + HEAD + position // COLUMNS * (TILE + CAPTION + GAP)
        pixels = read_picture(dataset.root / entry.row.path, entry.row.pixel_digest)
        pen.text((x, y - 2), f"{entry.number}", INK, _font(19))
        if entry.row.group == before:
            pen.text((x + TILE, y), "same group as the one before", QUIET, _font(14), anchor="ra")
        sheet.paste(Image.fromarray(pixels), (x, y + CAPTION))
        before = entry.row.group
    return sheet


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
