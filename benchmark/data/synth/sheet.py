"""A sheet of examples, rows by class: `python -m hzbench.benchmark.data.synth.sheet OUT.png`."""

import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from hzbench.benchmark.data.synth.plan import CLASSES, plan
from hzbench.benchmark.data.synth.render import render_picture

COLUMNS = 8
ROWS = {"acne": 1, "herpes_zoster": 1, "tinea": 1, "other": 3}
GAP = 4  # pixels between pictures


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


if __name__ == "__main__":
    sheet = Image.fromarray(draw_sheet())
    palette = sheet.quantize(256, method=Image.Quantize.MAXCOVERAGE, kmeans=2)
    sheet.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG).save(Path(sys.argv[1]), optimize=True)
