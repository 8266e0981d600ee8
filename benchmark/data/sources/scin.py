"""SCIN, the Skin Condition Image Network: phone photographs of cases, labelled by up to three dermatologists.

Source: A. Ward et al., Crowdsourcing Dermatology Images with Google Search Ads, arXiv 2402.18545, and the
schema at https://github.com/google-research-datasets/scin.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import NamedTuple

from hzbench.benchmark.data.building.origin import Origin
from hzbench.benchmark.data.building.report import Drop
from hzbench.benchmark.data.dataset import STANDARD_FOCUS_CLASS
from hzbench.benchmark.data.sources import table
from hzbench.benchmark.data.sources.class_map import ClassMapLike, class_map_of
from hzbench.benchmark.data.sources.listing import Item, Listing
from hzbench.benchmark.data.sources.placing import Placer
from hzbench.benchmark.data.sources.scin_case import SKIN_TYPE_RULE, Judged, judge, skin_type
from hzbench.benchmark.errors import DataError, UsageError

LABEL_THRESHOLD = 0.5
CASES, LABELS = "scin_cases.csv", "scin_labels.csv"
PICTURES = tuple(
    f"image_{number}_path" for number in (1, 2, 3)
)  # of scin_cases.csv; the later ones may be empty
WEIGHTS = "weighted_skin_condition_label"
EXPECTED = (
    f"expected dataset/{CASES}, dataset/{LABELS} and dataset/images (get them with: hzbench data fetch scin)"
)
NONE: ClassMapLike = MappingProxyType({})


class _Case(NamedTuple):
    name: str
    release: str
    pictures: tuple[str, ...]
    judged: Judged
    skin_type: str
    skin_type_from: str


def read_scin(
    location: Path,
    class_map: ClassMapLike = NONE,
    *,
    label_threshold: float = LABEL_THRESHOLD,
    releases: tuple[str, ...] = (),
) -> Listing:
    """List the pictures of SCIN.

    A case's class is that of the condition with the largest weight, if the weight reaches the threshold; a
    case without a label, or whose best conditions tie and belong to different classes, is left out. The
    pictures of a case are one group.

    Args:
        location: the folder that holds `dataset/scin_cases.csv`, or that file itself with its siblings.
        class_map: which condition is which class; the shipped one where it is empty.
        label_threshold: 0-1.
        releases: take cases of these releases only; all where it is empty.

    Raises:
        UsageError: a threshold outside 0-1.
        DataError: a file or column that is not there, no picture, a class map that does not fit.
    """
    if not 0 < label_threshold <= 1:
        raise UsageError(f"label threshold {label_threshold}: expected more than 0 and at most 1")
    folder = _metadata_folder(location)
    placer = Placer(class_map_of("scin", class_map))
    items: list[Item] = []
    left_out: list[Drop] = []
    cases: Counter[str] = Counter()
    tones: Counter[str] = Counter()
    doubted = 0
    for case in _cases(folder, placer, label_threshold):
        reason, detail = case.judged.reason, case.judged.detail
        if releases and case.release not in releases:
            reason, detail = "of another release", f"release {case.release or 'not stated'}"
        elif not case.pictures:
            reason, detail = "case without a picture", ""
        if reason:
            cases[reason] += 1
            names = case.pictures or (f"case {case.name}",)
            left_out += [_drop(name, reason, f"case {case.name}: {detail}".rstrip(": ")) for name in names]
            continue
        cases["kept"] += 1
        tones[case.skin_type_from] += 1
        doubted += case.judged.focus_elsewhere
        for name in case.pictures:
            file = _find(folder, name)
            if file is None:
                left_out.append(_drop(name, "missing picture", f"case {case.name}: {CASES} names it"))
                continue
            items.append(
                Item(
                    file,
                    name,
                    case.judged.label,
                    group=f"scin:{case.name}",
                    skin_type=case.skin_type,
                    source="scin",
                    sub_class=case.judged.condition,
                )
            )
    if not items:
        why = ", ".join(f"{count} {reason}" for reason, count in cases.most_common(4))
        raise DataError(f"{location}: no picture of a labelled case is there (cases: {why}); {EXPECTED}")
    placer.check(str(location))
    kept = cases.pop("kept", 0)
    parts = ", ".join(f"{count} {reason}" for reason, count in sorted(cases.items()))
    types = ", ".join(f"{count} {teller}" for teller, count in sorted(tones.items()))
    notes = [
        f"scin: {kept + sum(cases.values())} cases, {kept} taken at label threshold {label_threshold:g}"
        + (f"; left out: {parts}" if parts else ""),
        f"scin: skin types of the cases taken: {types} ({SKIN_TYPE_RULE})",
    ]
    if doubted:
        notes.append(
            f"scin: {STANDARD_FOCUS_CLASS} was named too, with less weight, in {doubted} of the other cases"
        )
    return Listing(
        location,
        tuple(items),
        (),
        (*placer.notes(), *notes),
        left_out=tuple(left_out),
        warnings=placer.warnings(),
        origin=Origin(
            source="scin",
            class_map=placer.class_map.identity(),
            options={"label_threshold": f"{label_threshold:g}"}
            | ({"releases": " ".join(releases)} if releases else {}),
        ),
    )


def picture_names(cases_file: Path) -> list[str]:
    """Return the picture paths that scin_cases.csv names, each once, in its order."""
    names = (row.get(column, "") for _, row in table.rows(cases_file, ("case_id",)) for column in PICTURES)
    return list(dict.fromkeys(name for name in names if name))


def _metadata_folder(location: Path) -> Path:
    folder = location.parent if location.is_file() else location
    for candidate in (folder / "dataset", folder):
        if (candidate / CASES).is_file():
            if not (candidate / LABELS).is_file():
                raise DataError(f"{candidate}: {CASES} is there and {LABELS} is not; {EXPECTED}")
            return candidate
    raise DataError(f"{location}: no {CASES} in it; {EXPECTED}")


def _cases(folder: Path, placer: Placer, threshold: float) -> list[_Case]:
    labels: dict[str, dict[str, str]] = {}
    for number, row in table.rows(folder / LABELS, ("case_id", WEIGHTS)):
        if row["case_id"] in labels:
            raise DataError(f"{folder / LABELS}: line {number}: case {row['case_id']} appears twice")
        labels[row["case_id"]] = row
    found: dict[str, _Case] = {}
    for number, row in table.rows(folder / CASES, ("case_id", PICTURES[0])):
        name = row["case_id"]
        if not name or name in found:
            raise DataError(
                f"{folder / CASES}: line {number}: case {name or 'without an id'} appears twice or has none"
            )
        label = labels.get(name)
        judged = (
            Judged(reason="case without a row of labels")
            if label is None
            else judge(label, placer, threshold)
        )
        tone, tone_from = skin_type(row, label or {})
        pictures = tuple(dict.fromkeys(row[column] for column in PICTURES if row.get(column)))
        found[name] = _Case(name, row.get("release", ""), pictures, judged, tone, tone_from)
    return list(found.values())


def _find(folder: Path, name: str) -> Path | None:
    """Return the picture's file: its path counts from the folder above `dataset`."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        return None
    for candidate in (folder.parent / path, folder / path, folder / "images" / path.name):
        if candidate.is_file():
            return candidate
    return None


def _drop(name: str, reason: str, detail: str) -> Drop:
    return Drop(file=name, reason=reason, detail=detail, source="scin")
