"""A model's logits on cells of a split: known ones looked up, the others computed and kept cell by cell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.data.dataset import Split
from hzbench.benchmark.durable import Progress
from hzbench.benchmark.engines.local import compute
from hzbench.benchmark.engines.pictures import Pictures
from hzbench.benchmark.engines.plan import Batch, batches_of
from hzbench.benchmark.runs.keeper import Keeper
from hzbench.benchmark.runs.parts import Facts
from hzbench.benchmark.scoring.cells import Cell
from hzbench.benchmark.workflows.identity import cell_part
from hzbench.benchmark.workflows.workers import Workers


def logits_of(
    workers: Workers,
    split: Split,
    cells: Sequence[Cell],
    *,
    model: Facts,
    keeper: Keeper,
    draw: int = 0,
    progress: Progress | None = None,
    stage: str = "evaluating",
) -> npt.NDArray[np.float32]:
    """Return a model's logits on several cells of a split, shape (cells, pictures, classes).

    Args:
        workers: of the model; none is started when all cells are known.
        split: the clean pictures.
        cells: which corruptions of them.
        model: facts of the model.
        keeper: where known cells are found and new ones kept, each as soon as it is finished.
        draw: draw number of the corruptions.
        progress: called with the cell, the pictures done and the pictures in all.
        stage: what progress is called besides the cell.

    Raises:
        CheckpointError: the model cannot be loaded or fails.
        DataError: a picture is damaged.
        OSError: a finished cell cannot be written.
    """
    n = len(split)
    logits = np.full((len(cells), n, len(split.classes)), np.nan, dtype=np.float32)
    parts = [cell_part(model, split, cell, draw) for cell in cells]
    missing: dict[int, int] = {}  # pictures that are missing in each row
    for row, part in enumerate(parts):
        known = keeper.find_logits(part, logits.shape[1:])
        if known is None:
            missing[row] = n
        else:
            logits[row] = known
    done = n * (len(cells) - len(missing))
    if progress is not None and done:
        progress(f"{stage}: {len(cells) - len(missing)} cells known", done, len(cells) * n)

    def keep(batch: Batch, values: npt.NDArray[np.float32]) -> None:
        nonlocal done
        logits[batch.row, batch.positions] = values
        missing[batch.row] -= len(batch.positions)
        if not missing[batch.row]:
            keeper.keep_logits(parts[batch.row], logits[batch.row])
        done += len(batch.positions)
        if progress is not None:
            progress(f"{stage}: {batch.cell.title}", done, len(cells) * n)

    batches = [batch for row in missing for batch in batches_of(row, cells[row], split.digests, split.digest)]
    if batches:
        compute(workers.all, batches, Pictures(split), keep, draw=draw)
    return logits
