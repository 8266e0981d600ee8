"""Pictures to look at: examples of each class, and what the corruptions do to one photograph."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from hzbench.benchmark.data.dataset import Dataset, Split
from hzbench.benchmark.durable import write_bytes
from hzbench.corruptions import CATEGORIES, CORRUPTIONS, SEVERITIES, SPECIFICATION, corrupt_cell

Pixels = npt.NDArray[np.uint8]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

INK = (34, 34, 34)
QUIET = (120, 120, 120)
RULE = (205, 205, 205)
PAPER = (255, 255, 255)
MARGIN = 28  # pixels around a sheet
GAP = 8  # pixels between tiles


def examples_sheet(
    dataset: Dataset, *, split: str | None = None, per_class: int = 8, tile: int = 160
) -> Image.Image:
    """Draw a row of example pictures for each class, as the paper's Figure 2.

    The choice is fixed by the pictures' digests, and takes one picture of a person before a second one.

    Args:
        dataset: opened; only the splits it has are drawn from.
        split: draw from this split; None takes all that are there.
        per_class: pictures in a row.
        tile: side of a picture on the sheet, in pixels.
    """
    splits = [dataset.split(split)] if split is not None else list(dataset.splits.values())
    left = MARGIN + max(text_width(spelled(name), 19) for name in dataset.classes) + 26
    columns = max(
        1, min(per_class, max(len(_choose(splits, k, per_class)) for k in range(len(dataset.classes))))
    )
    width = left + columns * (tile + GAP) - GAP + MARGIN
    top = MARGIN + 58
    height = top + len(dataset.classes) * (tile + GAP) - GAP + MARGIN + (22 if dataset.notice else 0)
    sheet, draw = blank(width, height)
    draw.text((MARGIN, MARGIN - 4), dataset.label, INK, font(24))
    total = sum(len(one) for one in splits)
    names = ", ".join(one.name for one in splits)
    draw.text((MARGIN, MARGIN + 27), f"{total:,} pictures ({names})", QUIET, font(15))
    for row, name in enumerate(dataset.classes):
        y = top + row * (tile + GAP)
        count = sum(int((one.labels == row).sum()) for one in splits)
        draw.text((MARGIN, y + tile / 2 - 4), spelled(name), INK, font(19), anchor="ls")
        draw.text((MARGIN, y + tile / 2 + 18), f"{count:,}", QUIET, font(15), anchor="ls")
        for column, (one, position) in enumerate(_choose(splits, row, per_class)):
            paste(sheet, one.image(position), left + column * (tile + GAP), y, tile)
    if dataset.notice:
        draw.text((MARGIN, height - MARGIN + 6), dataset.notice, QUIET, font(14), anchor="ls")
    return sheet


def corruption_grid(pixels: Pixels, *, title: str = "", draw: int = 0, tile: int = 132) -> Image.Image:
    """Draw one picture under all corruptions, a row each, at severities 1 to 5.

    Args:
        pixels: canonical, uint8 (224, 224, 3).
        title: what the picture is called.
        draw: of the randomness; 0 is SD-HZ-C itself.
        tile: side of a picture on the sheet, in pixels.
    """
    label_width = max(text_width(spelled(name), 17) for name in CORRUPTIONS) + 24
    category_width = 30
    left = MARGIN + category_width + label_width
    width = left + len(SEVERITIES) * (tile + GAP) - GAP + MARGIN
    top = MARGIN + tile + 48
    groups = [names for names in CATEGORIES.values() if names]
    height = top + len(CORRUPTIONS) * (tile + GAP) - GAP + (len(groups) - 1) * 2 * GAP + MARGIN
    sheet, pen = blank(width, height)
    paste(sheet, pixels, left, MARGIN, tile)
    beside = left + tile + 2 * GAP + 4
    pen.text((left - 16, MARGIN + tile / 2), "clean", INK, font(17), anchor="rm")
    pen.text(
        (beside, MARGIN + tile / 2 - 6), title or "a picture and its corruptions", INK, font(22), anchor="ls"
    )
    words = f"{len(CORRUPTIONS)} corruptions, 5 severities · {_specification(draw)}"
    pen.text((beside, MARGIN + tile / 2 + 18), words, QUIET, font(15), anchor="ls")
    for column, severity in enumerate(SEVERITIES):
        x = left + column * (tile + GAP) + tile / 2
        pen.text((x, top - 10), f"severity {severity}", QUIET, font(15), anchor="ms")
    y = top
    for category, names in CATEGORIES.items():
        if not names:
            continue
        if y > top:
            pen.line((MARGIN, y - GAP / 2 + GAP, width - MARGIN, y - GAP / 2 + GAP), RULE)
            y += 2 * GAP
        _upright_text(sheet, category, MARGIN, y, len(names) * (tile + GAP) - GAP)
        for name in names:
            pen.text((left - 16, y + tile / 2), spelled(name), INK, font(17), anchor="rm")
            for column, severity in enumerate(SEVERITIES):
                corrupted = corrupt_cell(pixels, name, severity, draw)
                paste(sheet, corrupted, left + column * (tile + GAP), y, tile)
            y += tile + GAP
    return sheet


def severity_sheet(
    pixels: Pixels, severity: int, *, title: str = "", draw: int = 0, tile: int = 224
) -> Image.Image:
    """Draw one picture clean and under all corruptions at one severity, as the paper's Figure 4.

    Args:
        pixels: canonical, uint8 (224, 224, 3).
        severity: 1 to 5.
        title: what the picture is called.
        draw: of the randomness; 0 is SD-HZ-C itself.
        tile: side of a picture on the sheet, in pixels.
    """
    tiles = [("clean", pixels)]
    tiles += [(spelled(name), corrupt_cell(pixels, name, severity, draw)) for name in CORRUPTIONS]
    columns, caption, gap = 4, 34, 14
    rows = -(-len(tiles) // columns)
    top = MARGIN + 58
    width = 2 * MARGIN + columns * (tile + gap) - gap
    sheet, pen = blank(width, top + rows * (tile + caption) + MARGIN - 10)
    pen.text((MARGIN, MARGIN - 4), title or "clean and corrupted", INK, font(24))
    words = f"{len(CORRUPTIONS)} corruptions at severity {severity} · {_specification(draw)}"
    pen.text((MARGIN, MARGIN + 27), words, QUIET, font(15))
    for number, (name, picture) in enumerate(tiles):
        x = MARGIN + (number % columns) * (tile + gap)
        y = top + (number // columns) * (tile + caption)
        paste(sheet, picture, x, y, tile)
        pen.text((x + tile / 2, y + tile + 20), name, INK, font(16), anchor="ms")
    return sheet


def sheet_bytes(sheet: Image.Image) -> bytes:
    """Return a sheet as PNG bytes."""
    stream = io.BytesIO()
    sheet.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def save_sheet(sheet: Image.Image, path: Path) -> None:
    """Write a sheet as a PNG file, whole or not at all."""
    write_bytes(path, sheet_bytes(sheet))


def _choose(splits: Sequence[Split], number: int, wanted: int) -> list[tuple[Split, int]]:
    """Return pictures of class `number`: first one of each group, in the order of their digests."""
    found = [
        (one.digests[position], one, int(position))
        for one in splits
        for position in np.flatnonzero(one.labels == number)
    ]
    seen: set[str] = set()
    fresh: list[tuple[Split, int]] = []
    repeated: list[tuple[Split, int]] = []
    for _, one, position in sorted(found, key=lambda item: item[0]):
        (repeated if one.groups[position] in seen else fresh).append((one, position))
        seen.add(one.groups[position])
    return [*fresh, *repeated][:wanted]


def _specification(draw: int) -> str:
    return f"specification {SPECIFICATION}, draw {draw}"


def spelled(name: str) -> str:
    """Return a name with spaces for underscores."""
    return name.replace("_", " ")


@lru_cache(maxsize=16)
def font(size: int) -> Font:
    """Return the sheets' typeface in a size, in pixels."""
    return ImageFont.load_default(size)


def text_width(text: str, size: int) -> int:
    """Return the width of a text in pixels."""
    return int(font(size).getlength(text)) + 1


def blank(width: int, height: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """Return an empty sheet and its pen."""
    sheet = Image.new("RGB", (int(width), int(height)), PAPER)
    return sheet, ImageDraw.Draw(sheet)


def paste(sheet: Image.Image, pixels: Pixels, x: float, y: float, tile: int) -> None:
    """Put a picture onto a sheet, its upper left corner at (x, y), its side `tile` pixels."""
    picture = Image.fromarray(pixels)
    if picture.size != (tile, tile):
        picture = picture.resize((tile, tile), Image.Resampling.LANCZOS)
    sheet.paste(picture, (int(x), int(y)))


def _upright_text(sheet: Image.Image, text: str, x: int, y: int, length: int) -> None:
    """Draw `text` turned by 90 degrees, centred along `length` pixels downward from (x, y)."""
    strip = Image.new("RGB", (length, 24), PAPER)
    ImageDraw.Draw(strip).text((length / 2, 12), text, QUIET, font(17), anchor="mm")
    sheet.paste(strip.transpose(Image.Transpose.ROTATE_90), (x, y))
