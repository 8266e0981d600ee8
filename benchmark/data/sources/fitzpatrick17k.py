"""Fitzpatrick17k: pictures with skin types and without herpes zoster or tinea, for an extra test set.

Source: M. Groh et al., Evaluating Deep Neural Networks Trained on Clinical Images in Dermatology with the
Fitzpatrick 17k Dataset, arXiv 2104.09957. Known to hold duplicates: arXiv 2401.14497.
"""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

from hzbench.benchmark.data.building.origin import Origin
from hzbench.benchmark.data.building.report import Drop
from hzbench.benchmark.data.index import SKIN_TYPES
from hzbench.benchmark.data.sources import table
from hzbench.benchmark.data.sources.class_map import ClassMapLike, class_map_of
from hzbench.benchmark.data.sources.listing import Item, Listing
from hzbench.benchmark.data.sources.placing import Placer
from hzbench.benchmark.data.sources.walking import is_picture, walk
from hzbench.benchmark.errors import DataError

TABLE = "fitzpatrick17k.csv"
COLUMNS = ("md5hash", "fitzpatrick_scale", "label")  # `qc` may be absent
WRONG = "3"  # how `qc` starts for "3 Wrongly labelled"
EXPECTED = f"expected {TABLE} and the pictures <md5hash>.jpg, at any depth below the folder"
NONE: ClassMapLike = MappingProxyType({})


def read_fitzpatrick17k(location: Path, class_map: ClassMapLike = NONE) -> Listing:
    """List the pictures of Fitzpatrick17k.

    Args:
        location: the folder with fitzpatrick17k.csv and, at any depth, the pictures; or the CSV itself.
        class_map: which label is which class; the shipped one where it is empty.

    Raises:
        DataError: the CSV or a column is not there, no picture, a class map that does not fit.
    """
    file = location / TABLE if location.is_dir() else location
    if not file.is_file():
        raise DataError(f"{location}: no {TABLE} in it; {EXPECTED}")
    files: dict[str, Path] = {}
    for path in walk(file.parent):
        if is_picture(path):
            files.setdefault(path.stem.casefold(), path)
    placer = Placer(class_map_of("fitzpatrick17k", class_map))
    items: list[Item] = []
    left_out: list[Drop] = []
    seen: set[str] = set()
    for number, row in table.rows(file, COLUMNS):
        where = f"{file}: line {number}"
        md5, label = row["md5hash"].casefold(), row["label"]
        name = f"{md5}.jpg" if md5 else f"line {number}"
        if not md5 or not label:
            left_out.append(_drop(name, "row without a name or a label", where))
            continue
        place = placer.place(label, where)
        if md5 in seen:
            left_out.append(_drop(name, "listed twice", where))
        elif row.get("qc", "").startswith(WRONG):
            left_out.append(_drop(name, "wrongly labelled", f"{where}: qc is {row['qc']!r}"))
        elif not place.label:
            left_out.append(_drop(name, place.reason, f"{label}: {place.detail}"))
        elif md5 not in files:
            left_out.append(_drop(name, "missing picture", f"{where} names it"))
        else:
            items.append(
                Item(
                    files[md5],
                    files[md5].relative_to(file.parent).as_posix(),
                    place.label,
                    skin_type=_skin_type(row["fitzpatrick_scale"], where),
                    source="fitzpatrick17k",
                    sub_class=label,
                )
            )
        seen.add(md5)
    if not items:
        raise DataError(f"{location}: none of the pictures that {TABLE} names is there; {EXPECTED}")
    placer.check(str(location))
    unlisted = len(files.keys() - seen)
    notes = (
        [f"fitzpatrick17k: {unlisted} pictures that {TABLE} does not name were not used"] if unlisted else []
    )
    return Listing(
        location,
        tuple(items),
        (),
        (*placer.notes(), *notes),
        left_out=tuple(left_out),
        warnings=placer.warnings(),
        origin=Origin(source="fitzpatrick17k", class_map=placer.class_map.identity()),
    )


def _skin_type(text: str, where: str) -> str:
    """Return `I` to `VI` from 1 to 6; empty for -1 (unknown) and nothing.

    Raises:
        DataError: another value.
    """
    plain = text.removesuffix(".0")
    if plain in ("", "-1"):
        return ""
    if plain not in ("1", "2", "3", "4", "5", "6"):
        raise DataError(f"{where}: fitzpatrick_scale {text!r}; expected 1 to 6, or -1 for unknown")
    return SKIN_TYPES[int(plain) - 1]


def _drop(name: str, reason: str, detail: str) -> Drop:
    return Drop(file=name, reason=reason, detail=detail, source="fitzpatrick17k")
