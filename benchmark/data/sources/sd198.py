"""SD-198 and SD-260: images/<Class_Name>/*.jpg with lists beside it, and crawled zoster photographs.

Source: X. Sun et al., A Benchmark for Automatic Visual Classification of Clinical Skin Disease Images,
ECCV 2016.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from hzbench.benchmark.data.building.origin import Origin
from hzbench.benchmark.data.building.report import Drop
from hzbench.benchmark.data.dataset import STANDARD_FOCUS_CLASS
from hzbench.benchmark.data.sources.class_map import ClassMapLike, class_map_of, plain
from hzbench.benchmark.data.sources.listing import Item, Listing
from hzbench.benchmark.data.sources.placing import Placer
from hzbench.benchmark.data.sources.walking import is_picture, walk
from hzbench.benchmark.errors import DataError

CLASSES, IMAGES, LABELS = "classes.txt", "images.txt", "image_class_labels.txt"  # ids from 1
EXPECTED = "expected images/<Class_Name>/*.jpg, in the folder itself or in its SD-198 and SD-260 folders"
CRAWL = "crawl"  # the collection of --extra-hz
NONE: ClassMapLike = MappingProxyType({})


def read_sd198(location: Path, class_map: ClassMapLike = NONE, *, extra_hz: Path | None = None) -> Listing:
    """List the pictures of SD-198, of SD-260, or of both.

    A picture's sub-class is its folder. Where classes.txt, images.txt and image_class_labels.txt lie beside
    `images`, a picture whose label there is another one is left out, and a picture that they list and that is
    not there is counted; one that they do not list is taken.

    Args:
        location: the folder that holds `images`, or folders that do.
        class_map: which sub-class is which class; the shipped one where it is empty.
        extra_hz: a folder of further herpes zoster photographs, at any depth; their source is `crawl`.

    Raises:
        DataError: no such folder, no pictures, a list that cannot be read, a class map that does not fit.
    """
    placer = Placer(class_map_of("sd198", class_map))
    releases = [_read_release(root, location, placer) for root in _roots(location)]
    items = [item for release in releases for item in release.items]
    if not items:
        raise DataError(f"{location}: no pictures that the class map takes; {EXPECTED}")
    placer.check(str(location))
    ignored = [name for release in releases for name in release.ignored]
    notes = [note for release in releases for note in release.notes]
    if extra_hz is not None:
        crawled, other = _crawled(extra_hz, location)
        items += crawled
        ignored += other
        notes.append(
            f"{len(crawled)} herpes zoster photographs of {extra_hz} were merged in as source {CRAWL!r}"
        )
    return Listing(
        location,
        tuple(items),
        tuple(ignored),
        (*placer.notes(), *notes),
        left_out=tuple(drop for release in releases for drop in release.left_out),
        warnings=placer.warnings(),
        origin=Origin(
            source="sd198",
            class_map=placer.class_map.identity(),
            options={} if extra_hz is None else {"extra_hz": "yes"},
        ),
    )


def _read_release(root: Path, location: Path, placer: Placer) -> Listing:
    """List one folder that holds `images`."""
    source = "sd260" if "260" in root.resolve().name else "sd198"
    listed = _listed(root)
    items: list[Item] = []
    ignored: list[str] = []
    left_out: list[Drop] = []
    seen: set[str] = set()
    for file in walk(root / "images"):
        name, inside = file.relative_to(location).as_posix(), file.relative_to(root / "images")
        if not is_picture(file):
            ignored.append(name)
            continue
        if len(inside.parts) < 2:
            raise DataError(f"{root / 'images'}: picture {inside} is in no class folder; {EXPECTED}")
        sub_class = inside.parts[0]
        said = listed.get(inside.as_posix(), sub_class)
        seen.add(inside.as_posix())
        place = placer.place(sub_class, f"{location}: folder {sub_class}")
        if plain(said) != plain(sub_class):
            left_out.append(_drop(name, "folder and list differ", f"the lists say {said!r}", source))
        elif not place.label:
            left_out.append(_drop(name, place.reason, f"{sub_class}: {place.detail}", source))
        else:
            items.append(Item(file, name, place.label, source=source, sub_class=sub_class))
    left_out += [
        _drop(name, "missing picture", f"{IMAGES} lists it", source) for name in sorted(set(listed) - seen)
    ]
    notes = []
    if not listed:
        notes.append(f"{source}: no {IMAGES} beside images; the folders alone say what a picture is")
    elif seen - set(listed):
        count = len(seen - set(listed))
        notes.append(f"{source}: {count} pictures that {IMAGES} does not list were taken by their folders")
    return Listing(root, tuple(items), tuple(ignored), tuple(notes), left_out=tuple(left_out))


def _roots(location: Path) -> list[Path]:
    if not location.is_dir():
        raise DataError(f"{location}: no such folder; {EXPECTED}")
    if (location / "images").is_dir():
        return [location]
    roots = [path for path in sorted(location.iterdir()) if (path / "images").is_dir()]
    if not roots:
        raise DataError(f"{location}: no folder images in it; {EXPECTED}")
    return roots


def _listed(root: Path) -> dict[str, str]:
    """Return {path below images: sub-class} of the lists; empty where they are not there."""
    files = [root / name for name in (CLASSES, IMAGES, LABELS)]
    if not any(file.is_file() for file in files):
        return {}
    classes, images, labels = (dict(_pairs(file)) for file in files)
    listed: dict[str, str] = {}
    for image, path in images.items():
        class_id = labels.get(image)
        if class_id is None or class_id not in classes:
            what = "no class" if class_id is None else f"class {class_id}, which {CLASSES} does not have"
            raise DataError(
                f"{root / LABELS}: image {image} ({path}) has {what}; expected an id of {CLASSES}"
            )
        listed[PurePosixPath(path.replace("\\", "/").removeprefix("images/")).as_posix()] = classes[class_id]
    return listed


def _pairs(file: Path) -> Iterator[tuple[str, str]]:
    """Yield the two fields of each line; the second may hold spaces."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            f"{file}: cannot be read as text ({error}); {CLASSES}, {IMAGES} and {LABELS} go together, "
            "or move all three away"
        ) from error
    for number, line in enumerate(lines, start=1):
        fields = line.split(maxsplit=1)
        if fields and len(fields) != 2:
            raise DataError(f"{file}: line {number} is {line!r}; expected two fields, an id and a value")
        if fields:
            yield fields[0], fields[1].strip()


def _crawled(folder: Path, location: Path) -> tuple[list[Item], list[str]]:
    if not folder.is_dir():
        raise DataError(
            f"{folder}: no such folder for --extra-hz; expected a folder of herpes zoster photographs"
        )
    if folder.resolve().is_relative_to(location.resolve()) or location.resolve().is_relative_to(
        folder.resolve()
    ):
        raise DataError(
            f"{folder}: --extra-hz and {location} lie in each other; expected two separate folders"
        )
    items, other = [], []
    for file in walk(folder):
        name = f"extra-hz/{file.relative_to(folder).as_posix()}"
        if is_picture(file):
            items.append(Item(file, name, STANDARD_FOCUS_CLASS, source=CRAWL, sub_class="crawled"))
        else:
            other.append(name)
    if not items:
        raise DataError(f"{folder}: no pictures in it for --extra-hz; expected herpes zoster photographs")
    return items, other


def _drop(name: str, reason: str, detail: str, source: str) -> Drop:
    return Drop(file=name, reason=reason, detail=detail, source=source)
