"""SD-HZ-C on disk: the same tree however it was made, in every format."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from hzbench.benchmark.data.corrupted.cells import Cell
from hzbench.benchmark.data.corrupted.corrupted import WORK_FOLDER, corrupted_cell, generate_corrupted
from hzbench.benchmark.data.corrupted.corrupted_verification import verify_corrupted
from hzbench.benchmark.data.corrupted.manifest import load_manifest
from hzbench.benchmark.data.dataset import Dataset, open_dataset
from hzbench.benchmark.data.exports import EXPORT_FORMATS
from hzbench.benchmark.errors import DataError
from hzbench.corruptions import corrupt_cell, jpeg_probe_digest

Tree = Callable[[Path], dict[str, bytes]]
CELLS = ["gaussian_noise:5", "contrast:2", "jpeg_compression:3"]


def test_a_cell_streams_what_the_engine_makes(tiny: Dataset) -> None:
    """Whatever the size of the batches."""
    split = tiny.split("train")
    streamed = np.concatenate(list(corrupted_cell(split, Cell("gaussian_noise", 3), batch=4)))
    assert len(streamed) == len(split)
    for position in range(len(split)):
        expected = corrupt_cell(split.image(position), "gaussian_noise", 3, 0)
        assert np.array_equal(streamed[position], expected)


@pytest.mark.parametrize("export_format", EXPORT_FORMATS)
def test_every_format_holds_the_engines_pictures(tiny: Dataset, tmp_path: Path, export_format: str) -> None:
    """Written, verified against the clean set, and with a manifest that says what it is."""
    manifest = generate_corrupted(tiny, tmp_path / "c", export_format=export_format, cells=CELLS)
    assert verify_corrupted(tmp_path / "c") == []
    assert verify_corrupted(tmp_path / "c", dataset=tiny) == []
    assert list(manifest.cells) == ["gaussian_noise:5", "contrast:2", "jpeg_compression:3"]
    assert manifest.dataset == "tiny-1"
    assert manifest.split_digest == tiny.split("test").digest
    assert manifest.jpeg_probe_digest == jpeg_probe_digest()
    assert manifest.pictures == len(tiny.split("test"))
    assert load_manifest(tmp_path / "c" / "manifest.json") == manifest
    assert not (tmp_path / "c" / WORK_FOLDER).exists()


def test_the_root_digest_does_not_depend_on_the_format(tiny: Dataset, tmp_path: Path) -> None:
    """Two people compare one line, however they stored their pictures."""
    roots = {
        generate_corrupted(tiny, tmp_path / name, export_format=name, cells=CELLS).root_digest
        for name in EXPORT_FORMATS
    }
    assert len(roots) == 1


def test_draws_differ_where_there_is_randomness(tiny: Dataset, tmp_path: Path) -> None:
    """Draw 1 is another noise and the same contrast."""
    zero = generate_corrupted(tiny, tmp_path / "0", export_format="npy", cells=CELLS)
    one = generate_corrupted(tiny, tmp_path / "1", export_format="npy", cells=CELLS, draw=1)
    assert zero.cells["gaussian_noise:5"] != one.cells["gaussian_noise:5"]
    assert zero.cells["contrast:2"] == one.cells["contrast:2"]
    assert zero.root_digest != one.root_digest


def test_imagefolder_reads_a_png_cell(tiny: Dataset, tmp_path: Path) -> None:
    """The class of torchvision finds the classes and every picture, in index order within a class."""
    folders = pytest.importorskip("torchvision.datasets")
    generate_corrupted(tiny, tmp_path / "c", cells=["contrast:2"])
    cell = folders.ImageFolder(tmp_path / "c" / "contrast" / "2")
    assert cell.classes == sorted(tiny.classes)
    split = tiny.split("test")
    assert len(cell) == len(split)
    names = {Path(path).name: label for path, label in cell.samples}
    for position, digest in enumerate(split.digests):
        label = names[f"{position:05d}-{digest[:12]}.png"]
        assert cell.classes[label] == tiny.classes[split.labels[position]]


def test_npy_cells_are_plain_numpy(tiny: Dataset, tmp_path: Path) -> None:
    """np.load gives the array in index order."""
    generate_corrupted(tiny, tmp_path / "c", export_format="npy", cells=["contrast:2"])
    array = np.load(tmp_path / "c" / "contrast" / "2.npy", mmap_mode="r")
    split = tiny.split("test")
    assert array.shape == (len(split), 224, 224, 3)
    assert np.array_equal(array[1], corrupt_cell(split.image(1), "contrast", 2, 0))


def test_tars_are_what_webdataset_expects(tiny: Dataset, tmp_path: Path) -> None:
    """Members of one picture stand together, share a key, and carry the class number."""
    import io
    import tarfile

    from PIL import Image

    generate_corrupted(tiny, tmp_path / "c", export_format="webdataset", cells=["contrast:2"])
    split = tiny.split("test")
    with tarfile.open(tmp_path / "c" / "contrast" / "2.tar") as archive:
        members = archive.getmembers()
        keys = [member.name.split(".")[0] for member in members]
        assert keys[::2] == keys[1::2] == sorted(set(keys))
        for position in range(len(split)):
            number, picture = members[2 * position : 2 * position + 2]
            assert archive.extractfile(number).read() == str(split.labels[position]).encode()
            data = archive.extractfile(picture).read()
            expected = corrupt_cell(split.image(position), "contrast", 2, 0)
            assert np.array_equal(np.asarray(Image.open(io.BytesIO(data))), expected)


@pytest.mark.parametrize("export_format", EXPORT_FORMATS)
def test_workers_do_not_matter(tiny: Dataset, tmp_path: Path, tree: Tree, export_format: str) -> None:
    """One thread and three give the same tree, and progress counts every picture once."""
    steps: list[tuple[str, int, int]] = []
    generate_corrupted(tiny, tmp_path / "a", export_format=export_format, cells=CELLS, workers=1)
    generate_corrupted(
        tiny,
        tmp_path / "b",
        export_format=export_format,
        cells=CELLS,
        workers=3,
        progress=lambda *step: steps.append(step),
    )
    assert tree(tmp_path / "a") == tree(tmp_path / "b")
    assert steps[-1][1] == steps[-1][2] == 3 * len(tiny.split("test"))


SCRIPT = """
import sys, time
from pathlib import Path
from hzbench.benchmark.data.corrupted import corrupted
from hzbench.benchmark.data.dataset import open_dataset
real = corrupted.corrupt_batch
def slow(*arguments, **options):
    time.sleep(0.2)
    return real(*arguments, **options)
corrupted.corrupt_batch = slow
corrupted.generate_corrupted(
    open_dataset(sys.argv[1]),
    Path(sys.argv[2]),
    export_format=sys.argv[3],
    cells=["gaussian_noise,contrast"],
    workers=1,
)
"""


@pytest.mark.parametrize("export_format", EXPORT_FORMATS)
def test_a_killed_run_is_taken_up_to_the_same_tree(
    tiny: Dataset, tmp_path: Path, tree: Tree, export_format: str
) -> None:
    """Killed amid the cells with one worker, resumed with two: equal to a run that was not killed."""
    out = tmp_path / "killed"
    process = subprocess.Popen([sys.executable, "-c", SCRIPT, str(tiny.root), str(out), export_format])
    deadline = time.monotonic() + 120
    while len(list(out.glob(f"{WORK_FOLDER}/*.sha256"))) < 4 and time.monotonic() < deadline:
        assert process.poll() is None, "the run ended before it could be killed"
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not (out / "manifest.json").exists()
    with pytest.raises(DataError, match="not a finished SD-HZ-C export"):
        verify_corrupted(out)
    cells = ["gaussian_noise", "contrast"]
    resumed = generate_corrupted(tiny, out, export_format=export_format, cells=cells, workers=2)
    whole = generate_corrupted(tiny, tmp_path / "whole", export_format=export_format, cells=cells)
    assert len(resumed.cells) == 10
    assert resumed == whole
    assert tree(out) == tree(tmp_path / "whole")


def test_cells_can_be_added_to_a_finished_export(tiny: Dataset, tmp_path: Path, tree: Tree) -> None:
    """Without making the others again."""
    generate_corrupted(tiny, tmp_path / "a", cells=["contrast:2"])
    first = next((tmp_path / "a" / "contrast").rglob("*.png"))
    before = first.stat().st_mtime_ns
    generate_corrupted(tiny, tmp_path / "a", cells=CELLS)
    generate_corrupted(tiny, tmp_path / "b", cells=CELLS)
    assert first.stat().st_mtime_ns == before
    assert tree(tmp_path / "a") == tree(tmp_path / "b")


def test_a_lost_cell_is_made_again(tiny: Dataset, tmp_path: Path) -> None:
    """Calling generate once more mends an export with a missing file."""
    generate_corrupted(tiny, tmp_path / "c", export_format="npy", cells=CELLS)
    (tmp_path / "c" / "contrast" / "2.npy").unlink()
    assert verify_corrupted(tmp_path / "c") == [
        f"{tmp_path / 'c' / 'contrast' / '2.npy'}: the cell's file is missing"
    ]
    generate_corrupted(tiny, tmp_path / "c", export_format="npy", cells=CELLS)
    assert verify_corrupted(tmp_path / "c") == []


def test_a_folder_with_something_else_is_refused(tiny: Dataset, tmp_path: Path) -> None:
    """Another export, other files, or a file."""
    generate_corrupted(tiny, tmp_path / "c", cells=["contrast:2"])
    with pytest.raises(DataError, match="holds another export"):
        generate_corrupted(tiny, tmp_path / "c", cells=["contrast:2"], draw=1)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_bytes(b"")
    with pytest.raises(DataError, match="not empty and not an SD-HZ-C export"):
        generate_corrupted(tiny, tmp_path / "mine")
    with pytest.raises(DataError, match="is a file"):
        generate_corrupted(tiny, tmp_path / "mine" / "thesis.txt")


def test_unknown_names_are_refused_before_anything_is_written(tiny: Dataset, tmp_path: Path) -> None:
    """Format, cell and split."""
    with pytest.raises(DataError, match=r"unknown format 'pgn'\. Did you mean 'png'"):
        generate_corrupted(tiny, tmp_path / "c", export_format="pgn")
    with pytest.raises(DataError, match="unknown corruption"):
        generate_corrupted(tiny, tmp_path / "c", cells=["rain:1"])
    with pytest.raises(DataError, match="no split 'gate'"):
        generate_corrupted(tiny, tmp_path / "c", split="gate")
    assert not (tmp_path / "c").exists()


def test_a_damaged_clean_picture_stops_the_run_by_name(own_dataset: Path, tmp_path: Path) -> None:
    """Nothing is made of pixels that are not those of the index, and a repaired set goes on."""
    dataset = open_dataset(own_dataset)
    file = own_dataset / dataset.split("test").paths[2]
    whole = file.read_bytes()
    file.write_bytes(whole[:-30])
    with pytest.raises(DataError, match=file.name):
        generate_corrupted(dataset, tmp_path / "c", cells=CELLS)
    assert not (tmp_path / "c" / "manifest.json").exists()
    file.write_bytes(whole)
    generate_corrupted(dataset, tmp_path / "c", cells=CELLS)
    assert verify_corrupted(tmp_path / "c", dataset=dataset) == []


def test_a_manifest_is_readable_json(tiny: Dataset, tmp_path: Path) -> None:
    """With the fields by the names that the documentation gives."""
    generate_corrupted(tiny, tmp_path / "c", cells=["contrast:2"])
    document = json.loads((tmp_path / "c" / "manifest.json").read_text(encoding="utf-8"))
    assert document["schema"] == "hzbench.corrupted/1"
    assert document["format"] == "png"
    assert set(document["cells"]) == {"contrast:2"}
