"""Small copies of the public collections, in their exact layout and with the odd rows of the real ones."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

SD_CLASSES = (
    "Acne_Vulgaris",
    "Actinic_solar_Damage(Actinic_Keratosis)",
    "Beau's_Lines",
    "Herpes_Zoster",
    "Tinea_Corporis",
)


def write_picture(file: Path, name: str | None = None) -> None:
    """Write a small colourful picture that differs for each name."""
    seed = int.from_bytes(hashlib.sha256((name or file.name).encode()).digest()[:4], "big")
    coarse = np.random.default_rng(seed).integers(0, 256, (6, 6, 3), dtype=np.uint8)
    file.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.fromarray(coarse).resize((56, 48), Image.Resampling.BICUBIC)
    picture.save(file, quality=95) if file.suffix == ".jpg" else picture.save(file)


def write_csv(file: Path, columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
    """Write a CSV; a row's absent cells are empty."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def make_sd198(root: Path, per_class: int = 5, *, lists: bool = True) -> Path:
    """SD-198 with five sub-classes, and its three lists with Windows line ends."""
    paths = [f"{name}/{number:03d}.jpg" for name in SD_CLASSES for number in range(1, per_class + 1)]
    for path in paths:
        write_picture(root / "images" / path, path)
    (root / "images" / SD_CLASSES[0] / "Thumbs.db").write_bytes(b"x")
    if lists:
        ids = {name: number for number, name in enumerate(SD_CLASSES, start=1)}
        lines = {
            "classes.txt": [f"{number} {name}" for name, number in ids.items()],
            "images.txt": [f"{n} {path}" for n, path in enumerate(paths, start=1)],
            "image_class_labels.txt": [
                f"{n} {ids[path.split('/')[0]]}" for n, path in enumerate(paths, start=1)
            ],
        }
        for name, text in lines.items():
            (root / name).write_bytes("".join(f"{line}\r\n" for line in text).encode())
    return root


CASE_COLUMNS = (
    "case_id", "source", "release", "year", "age_group", "sex_at_birth", "fitzpatrick_skin_type",
    "textures_flat", "related_category", "image_1_path", "image_2_path", "image_3_path",
    "image_1_shot_type", "image_2_shot_type", "image_3_shot_type",
)  # fmt: skip
LABEL_COLUMNS = (
    "case_id", "dermatologist_gradable_for_skin_condition_1", "dermatologist_gradable_for_skin_condition_2",
    "dermatologist_gradable_for_skin_condition_3", "dermatologist_skin_condition_on_label_name",
    "dermatologist_skin_condition_confidence", "weighted_skin_condition_label",
    "dermatologist_fitzpatrick_skin_type_label_1", "dermatologist_fitzpatrick_skin_type_label_2",
    "dermatologist_fitzpatrick_skin_type_label_3", "monk_skin_tone_label_india", "monk_skin_tone_label_us",
)  # fmt: skip
GRADABLE = "DEFAULT_YES_IMAGE_QUALITY_SUFFICIENT"
BLURRED = "NO_IMAGE_QUALITY_INSUFFICIENT"


class Scin:
    """A small copy of SCIN that a test may bend before it is written."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.cases: list[dict[str, str]] = []
        self.labels: list[dict[str, str]] = []
        self.case_columns: tuple[str, ...] = CASE_COLUMNS
        self.label_columns: tuple[str, ...] = LABEL_COLUMNS

    def add(self, weights: str, pictures: int = 1, *, case: Mapping[str, str] = {}, **label: str) -> str:
        """Add a case with its pictures; return its id, a long number that may be negative, as theirs are."""
        number = len(self.cases)
        name = f"{'-' if number % 2 else ''}{1000600354148496558 + number}"
        paths = [f"dataset/images/{7 * int(name) + n}.png" for n in range(pictures)]
        for path in paths:
            write_picture(self.root / path)
        row = {
            "case_id": name,
            "source": "SCIN",
            "release": "1.0.0",
            "year": "2023",
            "age_group": "AGE_UNKNOWN",
        }
        row |= {f"image_{n}_path": path for n, path in enumerate(paths, start=1)}
        row |= {f"image_{n}_shot_type": "CLOSE_UP" for n in range(1, pictures + 1)}
        self.cases.append(row | dict(case))
        self.labels.append(
            {"case_id": name, "dermatologist_gradable_for_skin_condition_1": GRADABLE}
            | {"dermatologist_skin_condition_confidence": "[4]", "weighted_skin_condition_label": weights}
            | label
        )
        return name

    def write(self) -> Path:
        """Write the two CSV files; return the folder to build from."""
        write_csv(self.root / "dataset" / "scin_cases.csv", self.case_columns, self.cases)
        write_csv(self.root / "dataset" / "scin_labels.csv", self.label_columns, self.labels)
        return self.root


def fill_scin(scin: Scin, each: int = 4) -> Scin:
    """Add `each` plain cases of each class, of two pictures."""
    for condition in ("Acne", "Herpes Zoster", "Tinea", "Eczema"):
        for _ in range(each):
            scin.add(f"{{'{condition}': 0.75, 'Insect Bite': 0.25}}", 2)
    return scin


@pytest.fixture(autouse=True)
def one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Decode in the test's own process: starting others takes longer than these few pictures."""
    monkeypatch.setattr("hzbench.benchmark.data.photographs.decoding.usable_cores", lambda: 0)


@pytest.fixture
def picture() -> Callable[..., None]:
    """Write a small picture."""
    return write_picture


@pytest.fixture
def table() -> Callable[..., None]:
    """Write a CSV."""
    return write_csv


@pytest.fixture
def sd198() -> Callable[..., Path]:
    """Make a small SD-198 in a folder."""
    return make_sd198


@pytest.fixture
def scin(tmp_path: Path) -> Scin:
    """An empty SCIN in the test's folder."""
    return Scin(tmp_path / "scin")


@pytest.fixture
def filled_scin(scin: Scin) -> Scin:
    """A SCIN with plain cases of each class, not yet written."""
    return fill_scin(scin)


@pytest.fixture
def new_scin() -> Callable[[Path], Scin]:
    """Make a filled SCIN in a folder."""
    return lambda root: fill_scin(Scin(root))
