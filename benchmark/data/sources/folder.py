"""Anyone's photographs: a folder of class folders (torchvision's ImageFolder shape), or a CSV file."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

from hzbench.benchmark.data.building.origin import Origin
from hzbench.benchmark.data.building.report import Drop
from hzbench.benchmark.data.index import SKIN_TYPES
from hzbench.benchmark.data.sources.class_map import ClassMapLike, class_map_of
from hzbench.benchmark.data.sources.listing import (
    SPLIT_NAMES,
    Item,
    Listing,
    check_class_name,
    standard_name,
)
from hzbench.benchmark.data.sources.placing import Place, Placer
from hzbench.benchmark.data.sources.walking import is_picture, walk
from hzbench.benchmark.errors import DataError

REQUIRED_COLUMNS = ("path", "label")
OPTIONAL_COLUMNS = ("group", "skin_type", "split", "condition")
EXPECTED = "expected <class>/<picture>, or a CSV with columns path,label[,group,skin_type,split,condition]"


def read_folder(location: Path, class_map: ClassMapLike) -> Listing:
    """List the pictures of a folder or a CSV.

    Args:
        location: a folder with one folder a class (nested folders belong to their class; folders that are
            all named train, val or test hold one such tree each), or a CSV whose paths are relative to it.
        class_map: folder name or CSV label -> class, as a class map or as {name: class}, and then what it
            does not name is an error. Where it is empty the names are the classes; other spellings of the
            four standard classes (`Herpes Zoster`) are taken as those.

    Raises:
        DataError: nothing there, no pictures, no class folders, unknown columns, a bad row.
    """
    placer = Placer(class_map_of("folder", class_map)) if class_map else None
    if location.is_dir():
        listing = _read_tree(location, placer)
    elif location.is_file():
        listing = _read_csv(location, placer)
    else:
        raise DataError(f"{location}: no such folder or file; {EXPECTED}")
    if placer is None:
        return replace(listing, origin=Origin(source="folder"))
    placer.check(str(location))
    return replace(
        listing,
        notes=(*placer.notes(), *listing.notes),
        warnings=placer.warnings(),
        origin=Origin(source="folder", class_map=placer.class_map.identity()),
    )


def _place(name: str, placer: Placer | None, where: str) -> Place:
    if placer is not None:
        return placer.place(name, where)
    return Place(check_class_name(standard_name(name), where))


def _read_tree(location: Path, placer: Placer | None) -> Listing:
    folders = sorted(path for path in location.iterdir() if path.is_dir() and not path.name.startswith("."))
    by_split = bool(folders) and all(path.name.lower() in SPLIT_NAMES for path in folders)
    items: list[Item] = []
    ignored: list[str] = []
    left_out: list[Drop] = []
    renamed: dict[str, str] = {}
    for file in walk(location):
        parts = file.relative_to(location).parts
        name = "/".join(parts)
        if not is_picture(file):
            ignored.append(name)
            continue
        depth = 2 if by_split else 1
        if len(parts) <= depth:
            raise DataError(f"{location}: picture {name} is in no class folder; {EXPECTED}")
        folder = parts[depth - 1]
        place = _place(folder, placer, f"{location}: folder {'/'.join(parts[:depth])}")
        if not place.label:
            left_out.append(Drop(file=name, reason=place.reason, detail=place.detail))
            continue
        renamed[folder] = place.label
        split = SPLIT_NAMES[parts[0].lower()] if by_split else ""
        items.append(Item(file=file, name=name, label=place.label, split=split, sub_class=folder))
    if not items:
        raise DataError(f"{location}: no pictures in this folder; {EXPECTED}")
    notes = [
        f"folder {old!r} was taken as class {new!r}" for old, new in sorted(renamed.items()) if old != new
    ]
    if by_split:
        given = ", ".join(path.name for path in folders)
        notes.append(f"the folders {given} were taken as given splits")
    return Listing(location, tuple(items), tuple(ignored), tuple(notes), left_out=tuple(left_out))


def _read_csv(file: Path, placer: Placer | None) -> Listing:
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            lines = list(csv.reader(stream, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{file}: cannot be read as a CSV file in UTF-8 ({error})") from error
    columns = [name.strip() for name in lines[0]] if lines else []
    _check_columns(file, columns)
    items = []
    left_out: list[Drop] = []
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
        place = _place(row["label"], placer, where)
        if not place.label:
            left_out.append(Drop(file=row["path"], reason=place.reason, detail=place.detail))
            continue
        renamed[row["label"]] = place.label
        items.append(
            Item(
                file=file.parent / row["path"],
                name=row["path"],
                label=place.label,
                sub_class=row["label"],
                group=_printable(row.get("group", ""), where),
                skin_type=_skin_type(row.get("skin_type", ""), where),
                split=_split(row.get("split", ""), where),
                condition=row.get("condition", ""),
            )
        )
    if not items:
        raise DataError(f"{file}: no rows below the header; {EXPECTED}")
    notes = [
        f"label {old!r} was taken as class {new!r}" for old, new in sorted(renamed.items()) if old != new
    ]
    return Listing(file, tuple(items), (), tuple(notes), left_out=tuple(left_out))


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
