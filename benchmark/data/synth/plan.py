"""Which pictures sdhz-synth holds: their class, split, person and skin tone, without rendering one."""

from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.scene import DISTANCES, LIGHTS

VERSION = "0"
STREAM = "1"  # names the random streams; pictures of version 0 are by now those of version 1

CLASSES = ("acne", "herpes_zoster", "tinea", "other")

# pictures of a class in each split: 70 / 10 / 20 of 400, 400, 400 and 1,200
SPLIT_SIZES = {
    "train": {"acne": 280, "herpes_zoster": 280, "tinea": 280, "other": 840},
    "val": {"acne": 40, "herpes_zoster": 40, "tinea": 40, "other": 120},
    "test": {"acne": 80, "herpes_zoster": 80, "tinea": 80, "other": 240},
}

# a second test set, of other persons
GATE = "gate"
GATE_SIZES = {"acne": 400, "herpes_zoster": 400, "tinea": 400, "other": 1200}

# zoster of persons of their own, each under every light and at every distance
HZ_W = "hz-w"
HZ_W_PERSONS = 100

# share of persons with 1, 2 and 3 pictures
PICTURES_A_PERSON = (0.57, 0.27, 0.16)

# share of persons of each Fitzpatrick type, the same in every class and split
SKIN_TYPES = {"I": 0.12, "II": 0.20, "III": 0.22, "IV": 0.19, "V": 0.15, "VI": 0.12}

# share of the persons of a class with each kind of lesion
KINDS = {
    "acne": {"acne": 1.0},
    "herpes_zoster": {"herpes_zoster": 1.0},
    "tinea": {"tinea": 1.0},
    "other": {
        "psoriasis": 0.08,
        "eczema": 0.08,
        "nummular_eczema": 0.06,
        "nevi": 0.06,
        "seborrhoeic_keratosis": 0.05,
        "vitiligo": 0.05,
        "urticaria": 0.07,
        "herpes_simplex": 0.055,
        "contact_dermatitis": 0.065,
        "impetigo": 0.06,
        "insect_bites": 0.055,
        "rosacea": 0.05,
        "granuloma_annulare": 0.035,
        "folliculitis": 0.04,
        "chickenpox": 0.04,
        "pityriasis_rosea": 0.04,
        "lichen_planus": 0.03,
        "molluscum": 0.03,
        "drug_rash": 0.03,
        "erythema_migrans": 0.02,
    },
}


@dataclass(frozen=True)
class PictureRecord:
    """One picture of the plan.

    Attributes:
        index: 0 to 2,399, or up to 5,699 in additional test sets; the pixels depend on it and on the person.
        label: class name.
        split: "train", "val", "test", or an additional test set, "gate" or "hz-w".
        group: the person's name, for example "person-0042".
        skin_type: Fitzpatrick type of the person, "I" to "VI".
        kind: what was drawn, for example "psoriasis" for a picture labelled "other".
        condition: light and distance in "hz-w", for example "daylight/close-up"; else empty.
    """

    index: int
    label: str
    split: str
    group: str
    skin_type: str
    kind: str
    condition: str = ""


class _Person(NamedTuple):
    label: str
    split: str
    pictures: int
    skin_type: str
    kind: str


@cache
def plan() -> tuple[PictureRecord, ...]:
    """Return the 2,400 records in index order: train, then val, then test; the same on every machine."""
    records: list[PictureRecord] = []
    number = 0
    for split, sizes in SPLIT_SIZES.items():
        fresh = _split_records(split, sizes, len(records), number)
        number += len({record.group for record in fresh})
        records.extend(fresh)
    return tuple(records)


@cache
def extra_plan() -> tuple[PictureRecord, ...]:
    """Return the records of the additional test sets: indices 2,400 to 4,799 "gate", then 900 "hz-w"."""
    gate = _split_records(GATE, GATE_SIZES, len(plan()), 2000)
    draws = Draws(f"sdhz-synth|{STREAM}|plan|{HZ_W}")
    skin_types = _quotas(SKIN_TYPES, HZ_W_PERSONS, draws)
    conditions = [f"{light}/{distance}" for light in LIGHTS for distance in DISTANCES]
    first = len(plan()) + len(gate)
    varied = [
        PictureRecord(
            first + HZ_W_PERSONS * place + person,
            "herpes_zoster",
            HZ_W,
            f"person-{4000 + person:04d}",
            skin_type,
            "herpes_zoster",
            condition,
        )
        for place, condition in enumerate(conditions)
        for person, skin_type in enumerate(skin_types)
    ]
    return (*gate, *varied)


def _split_records(
    split: str, sizes: dict[str, int], first_index: int, first_person: int
) -> list[PictureRecord]:
    """Return one split's records, its persons in random order."""
    draws = Draws(f"sdhz-synth|{STREAM}|plan|{split}")
    persons = [person for label in CLASSES for person in _persons(label, split, sizes[label], draws)]
    _shuffle(persons, draws)
    records: list[PictureRecord] = []
    for number, person in enumerate(persons, start=first_person):
        group = f"person-{number:04d}"
        first = first_index + len(records)
        records.extend(
            PictureRecord(first + k, person.label, split, group, person.skin_type, person.kind)
            for k in range(person.pictures)
        )
    return records


def _persons(label: str, split: str, pictures: int, draws: Draws) -> list[_Person]:
    """Return the persons of one class and split, with `pictures` pictures among them."""
    sizes: list[int] = []
    while pictures > 0:
        size = min(pictures, 1 + draws.weighted(PICTURES_A_PERSON))
        sizes.append(size)
        pictures -= size
    skin_types = _quotas(SKIN_TYPES, len(sizes), draws)
    kinds = _quotas(KINDS[label], len(sizes), draws)
    return [
        _Person(label, split, size, skin_type, kind)
        for size, skin_type, kind in zip(sizes, skin_types, kinds, strict=True)
    ]


def _quotas(shares: dict[str, float], count: int, draws: Draws) -> list[str]:
    """Return `count` names in random order, each as often as its share says to within one."""
    names: list[str] = []
    total = draws.uniform()  # a random start, so that rounding favours no name
    for name, share in shares.items():
        total += share * count
        names.extend([name] * (int(total) - len(names)))
    names = names[:count]
    names.extend([next(iter(shares))] * (count - len(names)))
    _shuffle(names, draws)
    return names


def _shuffle(items: list[Any], draws: Draws) -> None:
    for i in range(len(items) - 1, 0, -1):
        j = draws.integer(i + 1)
        items[i], items[j] = items[j], items[i]
