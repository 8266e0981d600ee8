"""Verification of SD-HZ-C finds a single flipped bit anywhere, and names the place."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from hzbench.benchmark.data.corrupted.corrupted import WORK_FOLDER, generate_corrupted
from hzbench.benchmark.data.corrupted.corrupted_verification import verify_corrupted
from hzbench.benchmark.data.corrupted.manifest import load_manifest
from hzbench.benchmark.data.dataset import Dataset, open_dataset
from hzbench.benchmark.data.exports import EXPORT_FORMATS
from hzbench.benchmark.data.photographs.lossless import decode_png, encode_png
from hzbench.benchmark.errors import DataError

Flip = Callable[..., None]
CELLS = ["gaussian_noise:5", "contrast:2"]


@pytest.fixture(scope="module")
def exports(built_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export in each format, only read."""
    root = tmp_path_factory.mktemp("exports")
    for name in EXPORT_FORMATS:
        generate_corrupted(open_dataset(built_once), root / name, export_format=name, cells=CELLS)
    return root


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("export_format", EXPORT_FORMATS)
def test_a_single_flipped_bit_is_found_and_named(
    exports: Path, tmp_path: Path, flip: Flip, export_format: str, seed: int
) -> None:
    """In any file of any format, at any place, the manifest and the index included."""
    out = Path(shutil.copytree(exports / export_format, tmp_path / "out"))
    chance = random.Random(f"{export_format}{seed}")
    file = chance.choice(sorted(path for path in out.rglob("*") if path.is_file()))
    flip(file, chance.randrange(file.stat().st_size), chance.randrange(8))
    try:
        problems = verify_corrupted(out)
    except DataError as error:
        problems = [str(error)]
    assert any(problem.startswith(str(file)) for problem in problems), problems


@pytest.mark.parametrize("place", [300, 600, -700, -1])
def test_bits_between_the_pictures_of_a_tar_count(
    exports: Path, tmp_path: Path, flip: Flip, place: int
) -> None:
    """Headers, class numbers, padding and the end."""
    out = Path(shutil.copytree(exports / "webdataset", tmp_path / "out"))
    file = out / "contrast" / "2.tar"
    flip(file, place)
    problems = verify_corrupted(out)
    assert problems
    assert all(problem.startswith(str(file)) for problem in problems)


def test_a_wrong_picture_in_a_sound_file_is_traced_with_the_clean_set(
    exports: Path, tmp_path: Path, tiny: Dataset
) -> None:
    """Without it the cell is named, with it the very picture."""
    out = Path(shutil.copytree(exports / "png", tmp_path / "out"))
    file = sorted((out / "contrast" / "2").rglob("*.png"))[3]
    pixels = decode_png(file.read_bytes())
    pixels[100, 100, 1] ^= 1
    file.write_bytes(encode_png(pixels))
    (problem,) = verify_corrupted(out)
    assert problem.startswith(f"{out / 'contrast' / '2'}: contrast:2: the files are sound")
    assert verify_corrupted(out, dataset=tiny) == [
        f"{file}: not the picture that contrast:2 makes of the clean one"
    ]


def test_a_wrong_value_in_an_array_is_traced_with_the_clean_set(
    exports: Path, tmp_path: Path, tiny: Dataset
) -> None:
    """By its place in the file."""
    out = Path(shutil.copytree(exports / "npy", tmp_path / "out"))
    file = out / "gaussian_noise" / "5.npy"
    array = np.load(file)
    array[2, 0, 0, 0] ^= 128
    np.save(file, array)
    assert verify_corrupted(out, dataset=tiny) == [
        f"{file} [2]: not the picture that gaussian_noise:5 makes of the clean one"
    ]


def test_missing_and_foreign_files_are_named(exports: Path, tmp_path: Path) -> None:
    """In a cell, beside the cells, and a missing cell."""
    out = Path(shutil.copytree(exports / "png", tmp_path / "out"))
    gone = sorted((out / "contrast" / "2").rglob("*.png"))[0]
    gone.rename(gone.with_name("stranger.png"))
    (out / "notes.txt").write_bytes(b"")
    shutil.rmtree(out / "gaussian_noise" / "5")
    problems = verify_corrupted(out)
    assert f"{gone}: cannot be read (No such file or directory)" in problems
    assert f"{gone.with_name('stranger.png')}: no picture of the index has this file" in problems
    assert f"{out / 'notes.txt'}: no cell of the manifest has this file" in problems
    assert f"{out / 'gaussian_noise' / '5'}: the cell's folder is missing" in problems
    assert len(problems) == 4


def test_an_array_of_another_length_is_named(exports: Path, tmp_path: Path) -> None:
    """Truncated files don't crash the reader."""
    out = Path(shutil.copytree(exports / "npy", tmp_path / "out"))
    file = out / "contrast" / "2.npy"
    file.write_bytes(file.read_bytes()[:-1])
    (problem,) = verify_corrupted(out)
    assert problem.startswith(f"{file}: ")
    assert "expected" in problem


def test_a_truncated_tar_is_named(exports: Path, tmp_path: Path) -> None:
    """Neither do truncated tars."""
    out = Path(shutil.copytree(exports / "webdataset", tmp_path / "out"))
    file = out / "contrast" / "2.tar"
    file.write_bytes(file.read_bytes()[:30_000])
    problems = verify_corrupted(out)
    assert problems
    assert all(problem.startswith(str(file)) for problem in problems)


def test_an_export_of_another_set_is_told_apart(
    exports: Path, own_dataset: Path, tmp_path: Path, tiny: Dataset
) -> None:
    """A clean set with another test split did not make this export."""
    from hzbench.benchmark.data.building.writing import Description, write_documents

    rows = [row for row in tiny.rows if row.split != "test"] + list(tiny.rows)[-3:]
    write_documents(own_dataset, rows, Description("other", "1", tiny.classes, tiny.focus_class))
    (problem,) = verify_corrupted(exports / "npy", dataset=open_dataset(own_dataset))
    assert problem.endswith(f"made from tiny-1 test, not from {own_dataset}")


@pytest.mark.parametrize(
    "field", ["dataset", "notice", "draw", "specification", "root_digest", "split_digest"]
)
def test_an_edited_manifest_is_found(exports: Path, tmp_path: Path, field: str) -> None:
    """Every field is under the seal."""
    out = Path(shutil.copytree(exports / "npy", tmp_path / "out"))
    file = out / "manifest.json"
    document = json.loads(file.read_text(encoding="utf-8"))
    document[field] = 7 if isinstance(document[field], int) else f"{document[field]}x"
    file.write_text(json.dumps(document), encoding="utf-8")
    assert any(problem.startswith(f"{file}: edited or damaged") for problem in verify_corrupted(out))


def test_a_manifest_resealed_over_wrong_cells_is_found(exports: Path, tmp_path: Path) -> None:
    """The digests are compared with the pictures, not with each other alone."""
    out = Path(shutil.copytree(exports / "npy", tmp_path / "out"))
    manifest = load_manifest(out / "manifest.json")
    swapped = dict(zip(manifest.cells, reversed(manifest.cells.values()), strict=True))
    manifest.with_cells(swapped).save(out)
    assert len([problem for problem in verify_corrupted(out) if ".npy" in problem]) == 2


def test_an_unfinished_addition_is_said(exports: Path, tmp_path: Path) -> None:
    """A work folder beside a manifest is a run that was killed while adding cells."""
    out = Path(shutil.copytree(exports / "npy", tmp_path / "out"))
    (out / WORK_FOLDER).mkdir()
    (problem,) = verify_corrupted(out)
    assert "call hzbench generate again" in problem


def test_what_is_no_export_is_refused(tmp_path: Path) -> None:
    """With the command that makes one."""
    with pytest.raises(DataError, match="hzbench generate"):
        verify_corrupted(tmp_path)
