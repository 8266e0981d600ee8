"""Write docs/fidelity-second-oracle.md: SD-HZ-C beside imagecorruptions-imaug, cell by cell.

Run it in an environment of its own (tox -e second-oracle): python docs/make_second_oracle.py
"""

import importlib.metadata
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "parity"))

import second  # noqa: E402 (found through the line above)
from comparison import law, photographs  # noqa: E402 (found through the line above)

from hzbench.corruptions import SEVERITIES, SPECIFICATION, corrupt_cell  # noqa: E402

HEAD = """# Fidelity: a second oracle

Made by `python docs/make_second_oracle.py` (in the environment of `tox -e second-oracle`); do not edit. Specification
{specification}; {count} photographs of 224 x 224 pixels from scikit-image.

The first oracle, the code that made ImageNet-C, is on [fidelity.md](fidelity.md). This one is PyPI's `imagecorruptions-imaug`
{version}, a maintained descendant of `imagecorruptions`, on numpy {numpy} with OpenCV {opencv}: other people's code, other
libraries. Both sides get the same random fields where they can be injected. Snow, frost and elastic transform are defined
otherwise there (the differences are listed on the first page), and are not compared.

| corruption | largest difference, severities 1 ... 5 | mean difference | values that differ |
|---|---|---|---|
"""


def main() -> None:
    """Compare all cells that both sources define alike, and write the page."""
    reason = second.missing()
    if reason:
        sys.exit(reason)
    module, pictures = second.load(), list(photographs().values())
    page = HEAD.format(
        specification=SPECIFICATION,
        count=len(pictures),
        version=importlib.metadata.version("imagecorruptions-imaug"),
        numpy=np.__version__,
        opencv=importlib.metadata.version("opencv-python-headless"),
    )
    equal = 0
    for name in second.EQUAL:
        cells = [second.difference(module, second.Cell(name, severity), pictures) for severity in SEVERITIES]
        equal += sum(cell.largest == 0 for cell in cells)
        columns = (
            ", ".join(str(cell.largest) for cell in cells),
            ", ".join(f"{cell.mean:.4f}" for cell in cells),
            ", ".join(f"{100 * cell.share:.2f} %" for cell in cells),
        )
        page += f"| {name} | {' | '.join(columns)} |\n"
        print(name, file=sys.stderr)
    page += f"\n{equal} of these {len(second.CELLS)} cells are equal in every byte.\n\n"
    page += "Glass blur draws inside compiled code, so that each side drew freely; the damage (corrupted - clean, in\n"
    page += "grey levels), SD-HZ-C / second oracle:\n\n| severity | mean | standard deviation | PSNR (dB) |\n|---|---|---|---|\n"
    for severity in SEVERITIES:
        cell = second.Cell("glass_blur", severity)
        theirs = law(pictures, [second.second(module, cell, each) for each in pictures])
        ours = law(pictures, [corrupt_cell(each, *cell) for each in pictures])
        pairs = (
            (ours.mean, theirs.mean),
            (ours.deviation, theirs.deviation),
            (ours.psnr, theirs.psnr),
        )
        page += f"| {severity} | " + " | ".join(f"{one:.2f} / {other:.2f}" for one, other in pairs) + " |\n"
    (ROOT / "docs" / "fidelity-second-oracle.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
