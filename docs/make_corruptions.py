"""Write docs/corruptions.md and its pictures: each corruption at five severities, parameters, source, PSNR and SSIM.

Run `python docs/make_corruptions.py`. PSNR and SSIM are means over four photographs from scikit-image's data,
made canonical first; the strips show a rendered zoster picture of `sdhz-synth`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import skimage.data
from PIL import Image, ImageDraw, ImageFont
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from hzbench.benchmark.data.photographs.canonical import canonicalise
from hzbench.benchmark.data.synth import plan, render_picture
from hzbench.benchmark.durable import write_bytes
from hzbench.corruptions import CORRUPTIONS, SEVERITIES, SPECIFICATION, corrupt, get_corruption_names

DOCS = Path(__file__).resolve().parent
TILE, GAP, TOP = 168, 6, 22

# What varies with severity, as SPEC.md and the original state it: (parameter, values at severities 1 to 5).
PARAMETERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "gaussian_noise": ("standard deviation, of 1", ("0.08", "0.12", "0.18", "0.26", "0.38")),
    "shot_noise": ("photons at white", ("60", "25", "12", "5", "3")),
    "impulse_noise": ("share of values replaced", ("0.03", "0.06", "0.09", "0.17", "0.27")),
    "defocus_blur": ("disk radius, px", ("3", "4", "6", "8", "10")),
    "glass_blur": ("sigma, reach, passes", ("0.7, 1, 2", "0.9, 2, 1", "1, 2, 3", "1.1, 3, 2", "1.5, 4, 2")),
    "motion_blur": ("radius, sigma, px", ("10, 3", "15, 5", "15, 8", "15, 12", "20, 15")),
    "zoom_blur": ("largest zoom", ("1.11", "1.15", "1.20", "1.24", "1.30")),
    "snow": (
        "flake mean, zoom, threshold",
        ("0.1, 3, 0.5", "0.2, 2, 0.5", "0.55, 4, 0.9", "0.55, 4.5, 0.85", "0.55, 2.5, 0.85"),
    ),
    "frost": ("picture and frost weights", ("1, 0.4", "0.8, 0.6", "0.7, 0.7", "0.65, 0.7", "0.6, 0.75")),
    "fog": ("amount, roughness decay", ("1.5, 2", "2, 2", "2.5, 1.7", "2.5, 1.5", "3, 1.4")),
    "brightness": ("added to V", ("0.1", "0.2", "0.3", "0.4", "0.5")),
    "contrast": ("contrast kept", ("0.4", "0.3", "0.2", "0.1", "0.05")),
    "elastic_transform": (
        "alpha, sigma, affine, px",
        (
            "488, 170.8, 24.4",
            "488, 19.52, 48.8",
            "12.2, 2.44, 4.88",
            "17.08, 2.44, 4.88",
            "29.28, 2.44, 4.88",
        ),
    ),
    "pixelate": ("side kept", ("0.6", "0.5", "0.4", "0.3", "0.25")),
    "jpeg_compression": ("quality", ("25", "18", "15", "10", "7")),
    "speckle_noise": ("standard deviation, of the value", ("0.15", "0.2", "0.35", "0.45", "0.6")),
    "gaussian_blur": ("sigma, px", ("1", "2", "3", "4", "6")),
    "spatter": ("kind", ("water", "water", "water", "mud", "mud")),
    "saturate": ("S x factor + offset", ("0.3, 0", "0.1, 0", "2, 0", "5, 0.1", "20, 0.2")),
}


def example() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Return a rendered zoster picture of the test split."""
    zoster = [record.index for record in plan() if record.split == "test" and record.label == "herpes_zoster"]
    return render_picture(zoster[3])


def photographs() -> list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
    """Return four canonical photographs that ship with scikit-image."""
    names = ("astronaut", "chelsea", "coffee", "retina")
    return [canonicalise(Image.fromarray(getattr(skimage.data, name)())).pixels for name in names]


def strip(name: str) -> bytes:
    """Return a PNG of the clean picture and the five severities side by side."""
    clean = example()
    tiles = [("clean", clean)] + [(f"severity {s}", corrupt(clean, s, name, seed=0)) for s in SEVERITIES]
    sheet = Image.new("RGB", (len(tiles) * (TILE + GAP) - GAP, TILE + TOP), "white")
    draw = ImageDraw.Draw(sheet)
    for i, (title, pixels) in enumerate(tiles):
        left = i * (TILE + GAP)
        draw.text((left + TILE / 2, 3), title, fill="#444", anchor="ma", font=ImageFont.load_default(13))
        sheet.paste(Image.fromarray(pixels).resize((TILE, TILE), Image.Resampling.LANCZOS), (left, TOP))
    path = DOCS / "images" / "corruptions" / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.quantize(192, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG).save(
        path, optimize=True
    )
    return path.read_bytes()


def quality(name: str) -> tuple[list[float], list[float]]:
    """Return the mean PSNR (dB) and SSIM at the five severities."""
    clean = photographs()
    psnr, ssim = [], []
    for severity in SEVERITIES:
        pairs = [(one, corrupt(one, severity, name, seed=0)) for one in clean]
        psnr.append(float(np.mean([peak_signal_noise_ratio(a, b) for a, b in pairs])))
        ssim.append(float(np.mean([structural_similarity(a, b, channel_axis=2) for a, b in pairs])))
    return psnr, ssim


def section(name: str) -> str:
    """Return one corruption's part of the page."""
    strip(name)
    psnr, ssim = quality(name)
    what, values = PARAMETERS[name]
    rows = [
        ("severity", *map(str, SEVERITIES)),
        ("---",) * 6,
        (what, *values),
        ("PSNR, dB", *(f"{value:.1f}" for value in psnr)),
        ("SSIM", *(f"{value:.2f}" for value in ssim)),
    ]
    table = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    return f"\n### {name}\n\n![{name} at five severities](images/corruptions/{name}.png)\n\n{table}\n"


def main() -> None:
    """Write the page and the pictures."""
    text = (
        "# The corruptions\n\nMade by `python docs/make_corruptions.py`; do not edit. "
        f"Specification {SPECIFICATION}, draw 0.\n\n"
        "The 15 are ImageNet-C's (Hendrycks and Dietterich 2019, code hendrycks/robustness), at 224 x 224, kept in "
        "memory; [SPEC.md](../corruptions/SPEC.md) defines every byte, [fidelity.md](fidelity.md) compares them with "
        "the original. The strips show a rendered picture (synthetic); PSNR and SSIM are means over four photographs "
        "from scikit-image.\n"
    )
    category = ""
    for name, one in CORRUPTIONS.items():
        if one.category != category:
            category = one.category
            text += f"\n## {category.capitalize()}\n"
        text += section(name)
    text += (
        "\n## Validation corruptions\n\nThese four are what methods may be tuned on "
        "(`hzbench evaluate MODEL --corruptions validation --split val`); they never enter mCE.\n"
    )
    text += "".join(section(name) for name in get_corruption_names("validation"))
    write_bytes(DOCS / "corruptions.md", text.encode("utf-8"))


if __name__ == "__main__":
    main()
