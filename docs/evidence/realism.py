"""Compare sdhz-synth with real photographs: colour, spectrum, JPEG size, and how a model's answers flip.

python docs/evidence/realism.py PHOTOGRAPHS [--model SUBMISSION] [--pictures 240]

PHOTOGRAPHS: a folder of pictures (38 clinical photographs from OpenStax, CC BY 4.0, for the table on the page).
"""

import argparse
import io
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
from page import replace, table
from PIL import Image
from scipy.stats import spearmanr
from skimage.color import rgb2lab

from hzbench.benchmark.data.catalogue import resolve_dataset
from hzbench.benchmark.data.photographs.canonical import read_canonical
from hzbench.benchmark.errors import DataError
from hzbench.corruptions import CORRUPTIONS, SEVERITIES, corrupt_batch

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}
Pictures = npt.NDArray[np.uint8]


def photographs(folder: Path) -> Pictures:
    """Return the canonical pictures of all readable photographs of a folder, in the order of their paths."""
    found = []
    for path in sorted(each for each in folder.rglob("*") if each.suffix.lower() in SUFFIXES):
        try:
            found.append(read_canonical(path).pixels)
        except DataError as error:
            print(error, file=sys.stderr)
    if not found:
        raise SystemExit(f"{folder}: no picture in it can be read")
    return np.stack(found)


def slope(picture: Pictures) -> float:
    """Return the slope of log power against log frequency of the luminance, between 4 and 90 cycles a side."""
    grey = picture.astype(float) @ (0.299, 0.587, 0.114)
    window = np.hanning(224)[:, None] * np.hanning(224)
    power = np.abs(np.fft.fftshift(np.fft.fft2((grey - grey.mean()) * window))) ** 2
    y, x = np.mgrid[-112:112, -112:112]
    radius = np.hypot(x, y).astype(int)
    rings = np.bincount(radius.ravel(), power.ravel()) / np.maximum(np.bincount(radius.ravel()), 1)
    frequencies = np.arange(4, 91)
    return float(np.polyfit(np.log(frequencies), np.log(rings[4:91]), 1)[0])


def jpeg_bytes(picture: Pictures) -> float:
    """Return bytes a pixel at quality 85."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=85)
    return buffer.tell() / (224 * 224)


def statistics(picture: Pictures) -> dict[str, float]:
    """Return the figures of one picture by name."""
    lab = rgb2lab(picture).reshape(-1, 3)
    covariance = np.cov(lab.T)
    return {
        "lightness L*, mean": float(lab[:, 0].mean()),
        "L*, variance": float(covariance[0, 0]),
        "a*, variance": float(covariance[1, 1]),
        "b*, variance": float(covariance[2, 2]),
        "L* and a*, covariance": float(covariance[0, 1]),
        "L* and b*, covariance": float(covariance[0, 2]),
        "a* and b*, covariance": float(covariance[1, 2]),
        "slope of the power spectrum": slope(picture),
        "JPEG bytes a pixel, quality 85": jpeg_bytes(picture),
    }


def compared(real: Pictures, rendered: Pictures) -> list[tuple[str, ...]]:
    """Return a row a figure: quartiles of both, and the share of rendered pictures inside the real range."""
    first = [statistics(each) for each in real]
    second = [statistics(each) for each in rendered]
    rows = []
    for name in first[0]:
        a, b = np.array([each[name] for each in first]), np.array([each[name] for each in second])
        inside = ((b >= a.min()) & (b <= a.max())).mean()
        within = a.min() <= np.median(b) <= a.max()
        quartiles = [" / ".join(f"{q:.3g}" for q in np.quantile(v, (0.25, 0.5, 0.75))) for v in (a, b)]
        rows.append((name, *quartiles, f"{100 * inside:.0f} %", "yes" if within else "**no**"))
    return rows


def flips(model: object, pictures: Pictures) -> npt.NDArray[np.float64]:
    """Return how often a model's answer differs from its clean one, a value a cell, (75,)."""
    clean = answers(model, pictures)
    return np.array(
        [
            (answers(model, corrupt_batch(pictures, name, severity)) != clean).mean()
            for name in CORRUPTIONS
            for severity in SEVERITIES
        ]
    )


def answers(model: object, pictures: Pictures) -> npt.NDArray[np.int64]:
    """Return the model's classes."""
    import torch

    with torch.inference_mode():
        inputs = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255
        return torch.cat([model(part).argmax(1) for part in inputs.split(32)]).numpy()  # type: ignore[operator]


def load(submission: Path) -> object:
    """Return a submission's network, from pixels in [0, 1] to logits."""
    from hzbench.submissions import zoo
    from hzbench.submissions.training.normalised import Normalised
    from hzbench.submissions.training.submission import load_weights, read_submission

    model = read_submission(submission)["model"]
    network = zoo.build(model["architecture"], len(model["classes"]))
    network.load_state_dict(load_weights(submission))
    return Normalised(network, model["mean"], model["std"]).eval()


def main() -> None:
    """Write the section."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("photographs", type=Path)
    parser.add_argument("--model", type=Path, help="a submission's folder, for the flip rates")
    parser.add_argument("--pictures", type=int, default=240, help="rendered test pictures to compare with")
    options = parser.parse_args()
    real = photographs(options.photographs)
    test = resolve_dataset("sdhz-synth", splits=("test",)).split("test")
    rendered = test.images(np.linspace(0, len(test) - 1, options.pictures).astype(int))
    text = f"`python docs/evidence/realism.py PHOTOGRAPHS`, on {len(real)} real photographs and {len(rendered)} rendered ones.\n\n"
    text += table(
        (
            "of one picture",
            "real: quartiles",
            "rendered: quartiles",
            "rendered inside the real range",
            "median inside",
        ),
        compared(real, rendered),
    )
    if options.model:
        model = load(options.model)
        one, other = flips(model, real), flips(model, rendered)
        rank = spearmanr(one, other)
        text += (
            f"\nHow often the answer of `{options.model.name}` flips under each of the 75 cells (no labels needed): Spearman's\n"
            f"rank correlation between real and rendered pictures is **{rank.statistic:.2f}**; mean flip rate "
            f"{100 * one.mean():.1f} % on real and {100 * other.mean():.1f} % on rendered pictures.\n"
        )
    replace("realism", text)


if __name__ == "__main__":
    main()
