"""Write docs/fidelity.md: how far SD-HZ-C's 75 cells lie from those of the original ImageNet-C code.

Run it in the environment of the parity tests (tox -e parity): python docs/make_fidelity.py
"""

import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "parity"))

import original  # noqa: E402 (found through the line above)
from comparison import Law, difference, law, photographs  # noqa: E402 (found through the line above)

from hzbench.corruptions import CORRUPTIONS, SEVERITIES, SPECIFICATION, corrupt_cell  # noqa: E402

FREE = ("gaussian_noise", "shot_noise", "impulse_noise", "glass_blur")

HEAD = """# Fidelity: SD-HZ-C against the original ImageNet-C

Made by `python docs/make_fidelity.py`; do not edit. Specification {specification}; {count} photographs of
224 x 224 pixels from scikit-image ({names}).

The original is PyPI's `imagenet-c` 0.0.3, which is hendrycks/robustness, on numpy {numpy}, with ImageMagick 6
for motion blur and snow. Both sides get the same random fields: those that SD-HZ-C draws from its own
generator are handed to the original in place of numpy's.

Bound: at most 2 grey levels on any value, at most 0.5 on average. Reached:

| corruption | severity | largest difference | mean difference | values that differ |
|---|---|---|---|---|
"""

LAW_HEAD = """
Worst cell: {largest} levels; largest mean difference: {mean:.4f} levels ({mean_cell}). Of {cells} cells,
{equal} are equal in every byte.

Values differ where the original truncates a floating-point result that lies a last bit below a whole number:
SD-HZ-C truncates the exact value. Glass blur and elastic transform, which filter twice, also round to fixed
point between their passes.

## Free draws

Each side with its own random numbers: statistics of the damage (corrupted - clean, grey levels), SD-HZ-C /
original. The spectrum is the mean power of the damage (decibels) in rings of spatial frequency up to 1/16,
1/8, 1/4 and 1/2 cycles per pixel.

| corruption | severity | mean | standard deviation | PSNR (dB) | spectrum (dB) |
|---|---|---|---|---|---|
"""

SOURCES = """
## The two public sources

`imagecorruptions` 1.1.2 (used in much later work) is not `hendrycks/robustness` (which made ImageNet-C)
everywhere. SD-HZ-C takes the latter in memory, without the JPEG coding (quality 85) of the published files.
The other eleven corruptions are equal in both for equal random numbers at 224 pixels; they were compared with a
descendant of the second source, too: [fidelity-second-oracle.md](fidelity-second-oracle.md).

| corruption | hendrycks/robustness, taken here | imagecorruptions |
|---|---|---|
| motion_blur | ImageMagick's 16-bit arithmetic (emulated exactly) | float64: up to 1 level apart |
| snow | layer cut to size, truncated to 8 bits, then blurred | up to 153 levels apart on borders |
| frost | crop of the texture in its original size | crop of the texture enlarged by 1.1 |
| elastic_transform | affine map, sigma 170.8 / 19.52 / 2.44 | no affine map, sigma 2.24: PSNR 13-19 dB |

Kept though they look like mistakes: elastic transform's 244 in the place of 224; zoom blur's twelfth factor at
severity 1, a rounding error of numpy.arange; defocus kernels of severities 4 and 5 that sum to 1.013 and 1.011;
glass blur's copies where swaps were meant; frost6.jpg never used, frost2.png and frost3.png equal; fog's squared
amplitude.
Not kept: numpy's global random numbers, and last-bit errors of floats that cost a level.
"""


def pair(ours: float, theirs: float, digits: int = 2) -> str:
    """Return both values side by side."""
    return f"{ours:.{digits}f} / {theirs:.{digits}f}"


def law_row(name: str, severity: int, ours: Law, theirs: Law) -> str:
    """Return one row of the second table."""
    spectrum = ", ".join(pair(*both, 1) for both in zip(ours.spectrum, theirs.spectrum, strict=True))
    return (
        f"| {name} | {severity} | {pair(ours.mean, theirs.mean)} | {pair(ours.deviation, theirs.deviation)} "
        f"| {pair(ours.psnr, theirs.psnr)} | {spectrum} |\n"
    )


def main() -> None:
    """Compare all cells and write the page."""
    reason = original.missing()
    if reason:
        sys.exit(reason)
    module, named = original.load(), photographs()
    pictures = list(named.values())
    page = HEAD.format(
        specification=SPECIFICATION, count=len(named), names=", ".join(named), numpy=np.__version__
    )
    found = {}
    for name in CORRUPTIONS:
        for severity in SEVERITIES:
            apart = found[name, severity] = difference(module, name, severity, pictures)
            page += (
                f"| {name} | {severity} | {apart.largest} | {apart.mean:.5f} | {100 * apart.share:.3f} % |\n"
            )
        print(name, file=sys.stderr)
    worst = max(found, key=lambda cell: found[cell].mean)
    page += LAW_HEAD.format(
        largest=max(apart.largest for apart in found.values()),
        mean=found[worst].mean,
        mean_cell=f"{worst[0]}, severity {worst[1]}",
        cells=len(found),
        equal=sum(apart.largest == 0 for apart in found.values()),
    )
    np.random.seed(0)
    for name in FREE:
        for severity in SEVERITIES:
            theirs = law(pictures, [original.original(module, name, each, severity) for each in pictures])
            ours = law(pictures, [corrupt_cell(each, name, severity) for each in pictures])
            page += law_row(name, severity, ours, theirs)
    (ROOT / "docs" / "fidelity.md").write_text(page + SOURCES, encoding="utf-8")


if __name__ == "__main__":
    main()
