"""Compare how two test sets rank the same models: sdhz-synth's `test` and its `gate`, whose persons are others.

python docs/evidence/ranks.py RESULTS_ON_TEST RESULTS_ON_GATE

Two folders of result documents from `hzbench evaluate MODEL --out FOLDER/MODEL.json` and the same with `--split gate`;
files of one name are the same model.
"""

import itertools
import sys
from pathlib import Path

from page import replace, table
from scipy.stats import kendalltau

from hzbench.leaderboards.entry import read_row

NEEDED = 8


def main() -> None:
    """Write the section."""
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    first, second = (
        {path.stem: read_row(path) for path in sorted(Path(folder).glob("*.json"))} for folder in sys.argv[1:]
    )
    both = sorted(first.keys() & second.keys(), key=lambda name: first[name].mce_unnormalised)
    if len(both) < NEEDED:
        raise SystemExit(f"{len(both)} models in both folders; at least {NEEDED} are needed")
    a = [first[name].mce_unnormalised for name in both]
    b = [second[name].mce_unnormalised for name in both]
    tau = kendalltau(a, b).statistic
    swapped = [
        f"{both[i]} and {both[j]}" for i, j in itertools.combinations(range(len(both)), 2) if b[i] > b[j]
    ]
    text = "`python docs/evidence/ranks.py`: mean error over the 75 cells, in percent.\n\n"
    text += table(
        ("model", "clean error, test", "clean error, gate", "corrupted, test", "corrupted, gate"),
        [
            (
                name,
                f"{100 * (1 - first[name].clean.acc):.1f}",
                f"{100 * (1 - second[name].clean.acc):.1f}",
                f"{100 * x:.1f}",
                f"{100 * y:.1f}",
            )
            for name, x, y in zip(both, a, b, strict=True)
        ],
    )
    text += f"\nKendall's tau of the corrupted errors over {len(both)} models: **{tau:.2f}**"
    text += f"; pairs that change places: {', '.join(swapped)}.\n" if swapped else ".\n"
    replace("ranks", text)


if __name__ == "__main__":
    main()
