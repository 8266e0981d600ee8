"""Anyone's photographs: a folder of class folders (torchvision's ImageFolder shape), or a CSV file."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from hzbench.benchmark.data.index import SKIN_TYPES
from hzbench.benchmark.data.sources.listing import (
    PICTURE_SUFFIXES,
    SPLIT_NAMES,
    Item,
    Listing,
    check_class_name,
    standard_name,
)
from hzbench.benchmark.errors import DataError

REQUIRED_COLUMNS = ("path", "label")
OPTIONAL_COLUMNS = ("group", "skin_type", "split")
EXPECTED = "expected <class>/<picture>, or a CSV with columns path,label[,group,skin_type,split]"


def read_folder(location: Path, class_map: Mapping[str, str]) -> Listing:
    """List the pictures of a folder or a CSV.

    Args:
        location: a folder with one folder a class (nested folders belong to their class; folders that are
            all named train, val or test hold one such tree each), or a CSV whose paths are relative to it.
        class_map: folder name or CSV label -> class. When it is not empty, what it does not name is an
            error. Without it the names are the classes; other spellings of the four standard classes
            (`Herpes Zoster`) are taken as those.

    Raises:
        DataError: nothing there, no pictures, no class folders, unknown columns, a bad row.
    """
    if location.is_dir():
        return _read_tree(location, class_map)
    if location.is_file():
        return _read_csv(location, class_map)
    raise DataError(f"{location}: no such folder or file; {EXPECTED}")


def _class_of(name: str, class_map: Mapping[str, str], where: str) -> str:
    if class_map:
        if name not in class_map:
            known = ", ".join(sorted(class_map))
            raise DataError(f"{where}: {name!r} is not in the class map, which names: {known}")
        return check_class_name(class_map[name], where)
    return check_class_name(standard_name(name), where)


def _read_tree(location: Path, class_map: Mapping[str, str]) -> Listing:
    folders = sorted(path for path in location.iterdir() if path.is_dir() and not path.name.startswith("."))
    by_split = bool(folders) and all(path.name.lower() in SPLIT_NAMES for path in folders)
    items: list[Item] = []
    ignored: list[str] = []
    renamed: dict[str, str] = {}
    for file in _walk(location):
        parts = file.relative_to(location).parts
        name = "/".join(parts)
        if file.name.startswith(".") or file.suffix.lower() not in PICTURE_SUFFIXES:
            ignored.append(name)
            continue
        depth = 2 if by_split else 1
        if len(parts) <= depth:
            raise DataError(f"{location}: picture {name} is in no class folder; {EXPECTED}")
        folder = parts[depth - 1]
        label = _class_of(folder, class_map, f"{location}: folder {'/'.join(parts[:depth])}")
        renamed[folder] = label
        split = SPLIT_NAMES[parts[0].lower()] if by_split else ""
        items.append(Item(file=file, name=name, label=label, split=split))
    if not items:
        raise DataError(f"{location}: no pictures in this folder; {EXPECTED}")
    notes = [
        f"folder {old!r} was taken as class {new!r}" for old, new in sorted(renamed.items()) if old != new
    ]
    if by_split:
        given = ", ".join(path.name for path in folders)
        notes.append(f"the folders {given} were taken as given splits")
    return Listing(location, tuple(items), tuple(ignored), tuple(notes))


def _walk(location: Path) -> Iterator[Path]:
    """Yield all files below `location` in sorted order, following links but never in a circle."""
    seen: set[tuple[int, int]] = set()
    for folder, names, files in os.walk(location, followlinks=True):
        status = Path(folder).stat()
        if (status.st_dev, status.st_ino) in seen:
            names.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        names[:] = sorted(name for name in names if not name.startswith("."))
        for name in sorted(files):
            yield Path(folder) / name


def _read_csv(file: Path, class_map: Mapping[str, str]) -> Listing:
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            lines = list(csv.reader(stream, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{file}: cannot be read as a CSV file in UTF-8 ({error})") from error
    columns = [name.strip() for name in lines[0]] if lines else []
    _check_columns(file, columns)
    items = []
    renamed: dict[str, str] = {}
    for number, fields in enumerate(lines[1:], start=2):
        if not any(fields):
            continue
        where = f"{file}: line {number}"
        if len(fields) != len(columns):
            raise DataError(f"{where} has {len(fields)} fields; expected {len(columns)}")
        row = {name: value.strip() for name, value in zip(columns, fields, strict=True)}
        if not row["path"] or not row["label"]:
            raise DataError(f"{where}: path and label must not be empty")
        label = _class_of(row["label"], class_map, where)
        renamed[row["label"]] = label
        items.append(
            Item(
                file=file.parent / row["path"],
                name=row["path"],
                label=label,
                group=_printable(row.get("group", ""), where),
                skin_type=_skin_type(row.get("skin_type", ""), where),
                split=_split(row.get("split", ""), where),
            )
        )
    if not items:
        raise DataError(f"{file}: no rows below the header; {EXPECTED}")
    notes = [
        f"label {old!r} was taken as class {new!r}" for old, new in sorted(renamed.items()) if old != new
    ]
    return Listing(file, tuple(items), (), tuple(notes))


def _check_columns(file: Path, columns: list[str]) -> None:
    known = (*REQUIRED_COLUMNS, *OPTIONAL_COLUMNS)
    expected = f"expected {','.join(REQUIRED_COLUMNS)}[,{','.join(OPTIONAL_COLUMNS)}], separated by commas"
    missing = [name for name in REQUIRED_COLUMNS if name not in columns]
    unknown = [name for name in columns if name not in known]
    if missing:
        raise DataError(f"{file}: no column {' and no column '.join(missing)} among {columns}; {expected}")
    if unknown:
        raise DataError(f"{file}: unknown column {', '.join(unknown)}; {expected}")
    if len(set(columns)) != len(columns):
        raise DataError(f"{file}: a column appears twice in {columns}; {expected}")


def _printable(text: str, where: str) -> str:
    if text and not text.isprintable():
        raise DataError(f"{where}: group {text!r} holds control characters")
    return text


def _skin_type(text: str, where: str) -> str:
    """Return the Fitzpatrick type as `I` to `VI` from `III`, `3` or `FST3`; empty for what says unknown."""
    plain = text.upper().removeprefix("FST").strip()
    if plain in ("", "-1", "UNKNOWN", "NA", "NONE"):
        return ""
    if plain in SKIN_TYPES:
        return plain
    if plain in ("1", "2", "3", "4", "5", "6"):
        return SKIN_TYPES[int(plain) - 1]
    raise DataError(f"{where}: skin type {text!r}; expected I to VI (Fitzpatrick), 1 to 6, or nothing")


def _split(text: str, where: str) -> str:
    if not text:
        return ""
    if text.lower() not in SPLIT_NAMES:
        raise DataError(f"{where}: split {text!r}; expected train, val, test, or nothing")
    return SPLIT_NAMES[text.lower()]
