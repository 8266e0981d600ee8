"""Print how well known skin types are estimated: python tests/benchmarks/skin_tones.py DATASET."""

from __future__ import annotations

import sys

import numpy as np
from scipy.stats import spearmanr

from hzbench.benchmark.data.catalogue import resolve_dataset
from hzbench.benchmark.data.dataset import read_picture
from hzbench.benchmark.data.index import GIVEN, SKIN_TYPES
from hzbench.benchmark.data.photographs.skin_tone import skin_type_of, typology_angle


def main() -> None:
    """Measure and print."""
    dataset = resolve_dataset(sys.argv[1], ("train", "val", "test"))
    rows = [row for row in dataset.rows if row.skin_type and row.skin_type_source == GIVEN]
    angles = [typology_angle(read_picture(dataset.root / row.path, row.pixel_digest)) for row in rows]
    pairs = [
        (SKIN_TYPES.index(row.skin_type), angle) for row, angle in zip(rows, angles, strict=True) if angle
    ]
    known = np.array([kind for kind, _ in pairs])
    angle = np.array([angle for _, angle in pairs])
    found = np.array([SKIN_TYPES.index(skin_type_of(one)) for one in angle])
    print(f"{dataset.label}: {len(known):,} of {len(rows):,} pictures with a known type get an estimate")
    print(f"Spearman correlation of the angle and the type: {spearmanr(-angle, known).statistic:.3f}")
    print(
        f"right: {np.mean(found == known):.1%}, within one type: {np.mean(abs(found - known) <= 1):.1%}, "
        f"right group (I-II, III-IV, V-VI): {np.mean(found // 2 == known // 2):.1%}"
    )
    print("| known | median angle |" + "".join(f" {name} |" for name in SKIN_TYPES))
    print("|---|" + "---:|" * 7)
    for number, name in enumerate(SKIN_TYPES):
        mine = known == number
        if mine.any():
            counts = [int((found[mine] == other).sum()) for other in range(6)]
            print(f"| {name} | {np.median(angle[mine]):.0f} |" + "".join(f" {count} |" for count in counts))


if __name__ == "__main__":
    main()
