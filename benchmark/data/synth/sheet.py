"""Sheets of examples for the documentation.

python -m hzbench.benchmark.data.synth.sheet docs/images/sdhz-synth-examples.png   # rows by class
python -m hzbench.benchmark.data.synth.sheet docs/images/sdhz-synth-acne.jpg acne  # one class, full size
python -m hzbench.benchmark.data.synth.sheet docs/images/sdhz-synth-hz-w.jpg hz-w  # one column a condition
"""

import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from hzbench.benchmark.data.synth.plan import CLASSES, HZ_W, extra_plan, plan
from hzbench.benchmark.data.synth.render import render_picture

COLUMNS = 8
ROWS = {"acne": 1, "herpes_zoster": 1, "tinea": 1, "other": 3}
GAP = 4  # pixels between pictures
CLASS_COLUMNS, CLASS_ROWS = 6, 5  # of a sheet of one class
CAPTION = 16  # pixels above each column of a sheet of conditions


def example_indices(label: str, count: int) -> list[int]:
    """Return `count` test pictures of a class: different persons, kinds and skin tones in turn."""
    records = [record for record in plan() if record.label == label and record.split == "test"]
    kinds = sorted({record.kind for record in records})
    tones = ["I", "III", "V", "II", "IV", "VI"]
    chosen: list[int] = []
    persons: set[str] = set()
    for position in range(count):
        wanted = (kinds[position % len(kinds)], tones[position % len(tones)])
        fresh = [record for record in records if record.group not in persons and record.kind == wanted[0]]
        record = next((found for found in fresh if found.skin_type == wanted[1]), fresh[0])
        persons.add(record.group)
        chosen.append(record.index)
    return chosen


def draw_sheet(edge: int = 146) -> npt.NDArray[np.uint8]:
    """Return the sheet as RGB pixels; each picture is reduced from 224 to `edge` pixels."""
    step = edge + GAP
    sheet = np.full((sum(ROWS.values()) * step - GAP, COLUMNS * step - GAP, 3), 255, dtype=np.uint8)
    top = 0
    for label in CLASSES:
        for position, index in enumerate(example_indices(label, ROWS[label] * COLUMNS)):
            y = top + position // COLUMNS * step
            x = position % COLUMNS * step
            picture = Image.fromarray(render_picture(index)).resize((edge, edge), Image.Resampling.LANCZOS)
            sheet[y : y + edge, x : x + edge] = np.asarray(picture)
        top += ROWS[label] * step
    return sheet


def draw_class_sheet(label: str, edge: int = 224) -> npt.NDArray[np.uint8]:
    """Return test pictures of one class, each of a person of its own, kinds and skin tones in turn."""
    step = edge + GAP
    sheet = np.full((CLASS_ROWS * step - GAP, CLASS_COLUMNS * step - GAP, 3), 255, dtype=np.uint8)
    for position, index in enumerate(example_indices(label, CLASS_COLUMNS * CLASS_ROWS)):
        y, x = position // CLASS_COLUMNS * step, position % CLASS_COLUMNS * step
        sheet[y : y + edge, x : x + edge] = render_picture(index, edge)
    return sheet


def draw_conditions_sheet(
    edge: int = 150, persons: tuple[int, ...] = (0, 7, 14, 28)
) -> npt.NDArray[np.uint8]:
    """Return some persons of `hz-w`, a row each, under every condition, a column each."""
    records = [record for record in extra_plan() if record.split == HZ_W]
    conditions = list(dict.fromkeys(record.condition for record in records))
    step = edge + GAP
    shape = (CAPTION + len(persons) * step - GAP, len(conditions) * step - GAP, 3)
    sheet = np.full(shape, 255, dtype=np.uint8)
    for column, condition in enumerate(conditions):
        own = [record for record in records if record.condition == condition]
        for row, person in enumerate(persons):
            y, x = CAPTION + row * step, column * step
            picture = Image.fromarray(render_picture(own[person].index))
            picture = picture.resize((edge, edge), Image.Resampling.LANCZOS)
            sheet[y : y + edge, x : x + edge] = np.asarray(picture)
    captioned = Image.fromarray(sheet)
    pen = ImageDraw.Draw(captioned)
    for column, condition in enumerate(conditions):
        pen.text((column * step + 2, 2), condition, fill=(0, 0, 0))
    return np.asarray(captioned)


def main(out: Path, which: str | None) -> None:
    """Draw one sheet and save it: a PNG of 256 colours, or a JPEG."""
    if which is None:
        sheet = Image.fromarray(draw_sheet())
    else:
        sheet = Image.fromarray(draw_conditions_sheet() if which == HZ_W else draw_class_sheet(which))
    if out.suffix == ".png":
        palette = sheet.quantize(256, method=Image.Quantize.MAXCOVERAGE, kmeans=2)
        sheet.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG).save(out, optimize=True)
    else:
        sheet.save(out, quality=90, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
