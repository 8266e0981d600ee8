"""Print which copies count as near duplicates.

Run as: python tests/benchmarks/near_duplicates.py PHOTOGRAPHS [DATASET]. Every photograph of a folder is
copied in many ways, and compared with its copy; the pictures of a dataset, in which none is a copy, are
compared with one another.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw, ImageEnhance, ImageFont

from hzbench.benchmark.data.catalogue import resolve_dataset
from hzbench.benchmark.data.photographs.canonical import canonicalise
from hzbench.benchmark.data.photographs.decoding import inspect_pictures
from hzbench.benchmark.data.photographs.likeness import THRESHOLD, close_pairs, likeness
from hzbench.benchmark.data.sources.listing import PICTURE_SUFFIXES

Change = Callable[[Image.Image], Image.Image]
THRESHOLDS = (48, 64, THRESHOLD, 80, 96, 112)


def recoded(image: Image.Image, quality: int) -> Image.Image:
    """The picture after a JPEG."""
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=quality)
    return Image.open(io.BytesIO(stream.getvalue()))


def scaled(image: Image.Image, share: float) -> Image.Image:
    """The picture with its sides scaled."""
    return image.resize((round(image.width * share), round(image.height * share)), Image.Resampling.BILINEAR)


def cut(image: Image.Image, left: float, top: float, right: float, bottom: float) -> Image.Image:
    """The picture without shares of it on four sides."""
    w, h = image.size
    return image.crop((round(left * w), round(top * h), w - round(right * w), h - round(bottom * h)))


def written_on(image: Image.Image) -> Image.Image:
    """The picture with a white line of text across it."""
    copy = image.copy()
    font = ImageFont.load_default(max(10, copy.width // 14))
    ImageDraw.Draw(copy).text(
        (copy.width // 20, copy.height // 2), "© pictures.example", (255, 255, 255), font
    )
    return copy


def turned(image: Image.Image, degrees: float) -> Image.Image:
    """The picture turned about its centre, white in the corners."""
    return image.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=(255, 255, 255))


CHANGES: dict[str, Change] = {
    "recoded as JPEG of quality 30": lambda image: recoded(image, 30),
    "recoded as JPEG of quality 10": lambda image: recoded(image, 10),
    "scaled to 30 %, quality 80": lambda image: recoded(scaled(image, 0.3), 80),
    "brighter by 30 %": lambda image: ImageEnhance.Brightness(image).enhance(1.3),
    "darker by 30 %": lambda image: ImageEnhance.Brightness(image).enhance(0.7),
    "contrast up by 40 %": lambda image: ImageEnhance.Contrast(image).enhance(1.4),
    "without colour": lambda image: image.convert("L"),
    "text across": written_on,
    "mirrored": lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "turned by 90 degrees": lambda image: image.transpose(Image.Transpose.ROTATE_90),
    "mirrored, turned, quality 50": lambda image: recoded(image.transpose(Image.Transpose.TRANSPOSE), 50),
    "turned by 2 degrees": lambda image: turned(image, 2),
    "turned by 5 degrees": lambda image: turned(image, 5),
    "2 % off around": lambda image: cut(image, 0.01, 0.01, 0.01, 0.01),
    "5 % off around": lambda image: cut(image, 0.025, 0.025, 0.025, 0.025),
    "7 % off around": lambda image: cut(image, 0.035, 0.035, 0.035, 0.035),
    "10 % off around": lambda image: cut(image, 0.05, 0.05, 0.05, 0.05),
    "5 % off below": lambda image: cut(image, 0, 0, 0, 0.05),
    "10 % off below": lambda image: cut(image, 0, 0, 0, 0.1),
    "3 % off left and above": lambda image: cut(image, 0.03, 0.03, 0, 0),
    "5 % off left and above": lambda image: cut(image, 0.05, 0.05, 0, 0),
}


def main() -> None:
    """Measure and print."""
    photographs = [file for file in sorted(Path(sys.argv[1]).rglob("*")) if file.suffix in PICTURE_SUFFIXES]
    images = []
    for file in photographs:
        with Image.open(file) as image:
            images.append(image.convert("RGB"))
    hashes = [likeness(canonicalise(image).pixels) for image in images]
    print(f"copies of {len(images)} photographs found, at a threshold of " + ", ".join(map(str, THRESHOLDS)))
    for name, change in CHANGES.items():
        copies = [likeness(canonicalise(change(image)).pixels) for image in images]
        found = [
            sum(bool(close_pairs([one, other], most)) for one, other in zip(hashes, copies, strict=True))
            for most in THRESHOLDS
        ]
        print(f"  {name:<30}" + "".join(f"{count:>7}" for count in found))
    compare(f"{len(images)} photographs", hashes)
    if len(sys.argv) > 2:
        dataset = resolve_dataset(sys.argv[2], ("train", "val", "test"))
        files = [dataset.root / row.path for row in dataset.rows]
        looked = inspect_pictures(files, [row.pixel_digest for row in dataset.rows])
        compare(dataset.label, [one.likeness for one in looked])


def compare(what: str, hashes: list[str]) -> None:
    """Print how many pairs of different pictures count as near duplicates."""
    found = "".join(f"{len(close_pairs(hashes, most)):>7}" for most in THRESHOLDS)
    print(
        f"pairs of different pictures, of {len(hashes) * (len(hashes) - 1) // 2:,}: {what}\n  {'':<30}{found}"
    )


if __name__ == "__main__":
    main()
