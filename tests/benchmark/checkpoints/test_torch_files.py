"""Archives and storages of torch.save are checked in layout, names, sizes and checksums before loading."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

WEIGHTS = {"layer.weight": torch.arange(6.0).reshape(2, 3), "layer.bias": torch.zeros(2)}


def test_a_storage_of_another_size_than_declared_is_refused(
    saved: Path, refused: Callable[[Path], str], repacked: Callable[..., Path]
) -> None:
    """A record cut short would expose memory beside it."""
    changed = repacked(saved, lambda name, data: data[:-4] if name.endswith("data/0") else data)
    assert "'record-sizes'" in refused(changed)


def test_a_missing_storage_is_refused(
    saved: Path, refused: Callable[[Path], str], repacked: Callable[..., Path]
) -> None:
    """Each storage that a tensor names must be there."""
    changed = repacked(saved, lambda name, data: None if name.endswith("data/1") else data)
    message = refused(changed)
    assert "'record-sizes'" in message
    assert "is missing" in message


def test_a_compressed_entry_is_refused(
    saved: Path, refused: Callable[[Path], str], repacked: Callable[..., Path]
) -> None:
    """Stored entries cannot expand beyond the file."""
    changed = repacked(saved, lambda name, data: data, compression=zipfile.ZIP_DEFLATED)
    assert "'zip-entries'" in refused(changed)


def test_two_entries_of_one_name_are_refused(saved: Path, refused: Callable[[Path], str]) -> None:
    """Readers disagree on which of the two counts."""
    with warnings.catch_warnings(), zipfile.ZipFile(saved, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("model/data.pkl", b"other")
    assert "'zip-entries'" in refused(saved)


def test_a_foreign_entry_is_refused(saved: Path, refused: Callable[[Path], str]) -> None:
    """torch.save writes a closed list of names."""
    with zipfile.ZipFile(saved, "a") as archive:
        archive.writestr("model/../escape", b"other")
    assert "'zip-records'" in refused(saved)


def test_two_top_folders_are_refused(saved: Path, refused: Callable[[Path], str]) -> None:
    """There is one root folder."""
    with zipfile.ZipFile(saved, "a") as archive:
        archive.writestr("other/version", b"3")
    assert "'zip-records'" in refused(saved)


def test_bytes_before_the_archive_are_refused(saved: Path, refused: Callable[[Path], str]) -> None:
    """Readers disagree on where such an archive begins."""
    saved.write_bytes(b"PK\x05\x05 something else" + saved.read_bytes())
    assert "'zip-layout'" in refused(saved)


def test_overlapping_entries_are_refused(saved: Path, refused: Callable[[Path], str]) -> None:
    """Two directory entries that point at the same bytes make a small file large."""
    data = bytearray(saved.read_bytes())
    first = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", first + 4)
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    saved.write_bytes(data)
    assert "refused by rule 'zip-" in refused(saved)


def test_a_damaged_record_is_refused(saved: Path, refused: Callable[[Path], str]) -> None:
    """One flipped bit in a tensor is noticed by its checksum."""
    data = bytearray(saved.read_bytes())
    position = data.index(WEIGHTS["layer.weight"].numpy().tobytes())
    data[position + 9] ^= 1
    saved.write_bytes(data)
    assert "'zip-checksums'" in refused(saved)


@pytest.mark.parametrize("share", [0.3, 0.9, 0.99])
def test_a_file_cut_short_is_refused_by_name(
    saved: Path, share: float, refused: Callable[[Path], str]
) -> None:
    """The advice is to copy it again."""
    data = saved.read_bytes()
    saved.write_bytes(data[: int(len(data) * share)])
    message = refused(saved)
    assert "'truncated-zip'" in message
    assert "download it again" in message


def test_a_legacy_file_cut_short_is_refused(tmp_path: Path, refused: Callable[[Path], str]) -> None:
    """The storages must fill the rest of the file."""
    path = tmp_path / "model.pt"
    torch.save(WEIGHTS, path, _use_new_zipfile_serialization=False)
    path.write_bytes(path.read_bytes()[:-4])
    assert "'record-sizes'" in refused(path)
