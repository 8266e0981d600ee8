"""A sheet of an additional test set: a row for each light, a column for each distance, or what they are."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from hzbench.benchmark.data.dataset import Dataset, Split
from hzbench.benchmark.data.drawing.sheets import (
    GAP,
    INK,
    MARGIN,
    QUIET,
    blank,
    font,
    paste,
    spelled,
    text_width,
)
from hzbench.benchmark.errors import DataError

BETWEEN = 14  # pixels between conditions


def condition_sheet(dataset: Dataset, split: str, *, per_condition: int = 4, tile: int = 132) -> Image.Image:
    """Draw pictures taken under each condition, as the paper's Figure 3.

    Conditions of two factors (`dim/long shot`) give a row for each first and a column for each second one, in
    index order; conditions of one factor give a row each. Pictures of the focus class come first, then those
    of persons who were taken under the most conditions, so that a person can be followed over the sheet.

    Args:
        dataset: opened, with the split.
        split: name of the additional test set.
        per_condition: pictures of each condition.
        tile: side of a picture on the sheet, in pixels.

    Raises:
        DataError: no picture of the split has a condition.
    """
    pictures = dataset.split(split)
    conditions = [one for one in dict.fromkeys(pictures.conditions) if one]
    if not conditions:
        raise DataError(f"{dataset.label}: no picture of {split} has a condition")
    factors = [one.split("/") for one in conditions]
    grid = all(len(parts) == 2 for parts in factors)
    rows = list(dict.fromkeys(parts[0] for parts in factors)) if grid else conditions
    columns = list(dict.fromkeys(parts[1] for parts in factors)) if grid else [""]
    across = math.ceil(math.sqrt(per_condition)) if grid else per_condition
    down = math.ceil(per_condition / across)
    step = tile + GAP // 2
    cell_width, cell_height = across * step - GAP // 2, down * step - GAP // 2
    left = MARGIN + max(text_width(spelled(row), 19) for row in rows) + 26
    top = MARGIN + 66 + (26 if grid else 0)
    width = left + len(columns) * (cell_width + BETWEEN) - BETWEEN + MARGIN
    width = max(width, MARGIN * 2 + text_width(dataset.notice, 14))
    height = top + len(rows) * (cell_height + BETWEEN) - BETWEEN + MARGIN + (22 if dataset.notice else 0)
    sheet, draw = blank(width, height)
    draw.text((MARGIN, MARGIN - 4), f"{split} of {dataset.label}", INK, font(24))
    said = f"{len(pictures):,} pictures under {len(conditions)} conditions"
    draw.text((MARGIN, MARGIN + 27), said, QUIET, font(15))
    for number, column in enumerate(columns):
        x = left + number * (cell_width + BETWEEN) + cell_width / 2
        draw.text((x, top - 12), spelled(column), INK, font(19), anchor="ms")
    for number, row in enumerate(rows):
        y = top + number * (cell_height + BETWEEN)
        draw.text((MARGIN, y + cell_height / 2), spelled(row), INK, font(19), anchor="lm")
        for place, column in enumerate(columns):
            x = left + place * (cell_width + BETWEEN)
            name = f"{row}/{column}" if grid else row
            for position, index in enumerate(_choose(dataset, pictures, name, per_condition)):
                right, below = position % across * step, position // across * step
                paste(sheet, pictures.image(index), x + right, y + below, tile)
    if dataset.notice:
        draw.text((MARGIN, height - MARGIN + 6), dataset.notice, QUIET, font(14), anchor="ls")
    return sheet


def _choose(dataset: Dataset, split: Split, condition: str, wanted: int) -> list[int]:
    """Return positions of pictures taken under a condition, one of each person before a second one."""
    taken_under: dict[str, set[str]] = {}
    for group, one in zip(split.groups, split.conditions, strict=True):
        taken_under.setdefault(group, set()).add(one)
    focus = dataset.classes.index(dataset.focus_class)
    members = np.flatnonzero([one == condition for one in split.conditions])
    order = sorted(
        (int(index) for index in members),
        key=lambda index: (
            split.labels[index] != focus,
            -len(taken_under[split.groups[index]]),
            split.groups[index],
            split.digests[index],
        ),
    )
    first = {split.groups[index]: index for index in reversed(order)}
    fresh = [index for index in order if first[split.groups[index]] == index]
    return [*fresh, *(index for index in order if first[split.groups[index]] != index)][:wanted]
