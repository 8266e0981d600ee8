"""Show that no shortcut solves sdhz-synth: simple features, pictures without their lesions, chance of the surroundings.

python docs/evidence/shortcuts.py            # about 8 minutes on one core; writes into docs/data/sdhz-synth.md
"""

import sys
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from page import replace, table
from scipy import stats
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from hzbench.benchmark.data.catalogue import resolve_dataset
from hzbench.benchmark.data.dataset import STANDARD_CLASSES, Split
from hzbench.benchmark.data.synth import plan
from hzbench.benchmark.data.synth.render import render_picture, stage
from hzbench.benchmark.workflows.inputs import find_reference

Pictures = npt.NDArray[np.uint8]
Features = npt.NDArray[np.float64]


def histogram(pictures: Pictures) -> Features:
    """Return the square roots of 8 x 8 x 8 colour shares, (n, 512)."""
    bins = (pictures // 32).astype(np.int64)
    code = bins[..., 0] * 64 + bins[..., 1] * 8 + bins[..., 2]
    counts = np.stack([np.bincount(each.ravel(), minlength=512) for each in code])
    return np.sqrt(counts / code[0].size)


def thumbnail(pictures: Pictures) -> Features:
    """Return pictures of 16 x 16 pixels, (n, 768)."""
    n, edge = pictures.shape[:2]
    block = edge // 16
    return pictures.reshape(n, 16, block, 16, block, 3).mean((2, 4)).reshape(n, -1) / 255


FEATURES: dict[str, Callable[[Pictures], Features]] = {
    "colour histogram, 8 x 8 x 8": histogram,
    "thumbnail, 16 x 16": thumbnail,
}


def classifiers() -> dict[str, object]:
    """Return fresh classifiers."""
    return {
        "forest": RandomForestClassifier(400, random_state=0),
        "logistic": make_pipeline(StandardScaler(), LogisticRegression(C=0.02, max_iter=500)),
        "SVM": make_pipeline(StandardScaler(), SVC(C=3)),
    }


def balanced_forest() -> RandomForestClassifier:
    """Return a forest that is not drawn to the most frequent class."""
    return RandomForestClassifier(400, random_state=0, class_weight="balanced", min_samples_leaf=3)


def pictures_of(split: Split) -> Pictures:
    """Return all pictures of a split."""
    return split.images(range(len(split)))


def simple_features(train: Split, test: Split) -> list[tuple[str, ...]]:
    """Return a row a feature and classifier: error and balanced accuracy on the test split."""
    rows = []
    seen, unseen = pictures_of(train), pictures_of(test)
    for feature, compute in FEATURES.items():
        known, new = compute(seen), compute(unseen)
        for name, model in classifiers().items():
            answers = model.fit(known, train.labels).predict(new)  # type: ignore[attr-defined]
            error = float((answers != test.labels).mean())
            balanced = balanced_accuracy_score(test.labels, answers)
            rows.append((f"{feature}, {name}", f"{100 * error:.1f}", f"{100 * balanced:.1f}"))
            print(rows[-1], file=sys.stderr)
    return rows


def without_lesions() -> list[tuple[str, ...]]:
    """Return a row a feature: balanced accuracy on pictures rendered again without their lesions."""
    records = {split: [each for each in plan() if each.split == split] for split in ("train", "test")}
    labels = {
        split: np.array([STANDARD_CLASSES.index(each.label) for each in of]) for split, of in records.items()
    }
    bare = {
        split: np.stack([render_picture(each.index, 112, lesions=False) for each in of])
        for split, of in records.items()
    }
    rows = []
    for feature, compute in FEATURES.items():
        answers = (
            balanced_forest().fit(compute(bare["train"]), labels["train"]).predict(compute(bare["test"]))
        )
        balanced = balanced_accuracy_score(labels["test"], answers)
        spread = chance_spread(labels["test"], answers)
        rows.append((feature, f"{100 * balanced:.1f}", f"{100 * spread[0]:.1f} to {100 * spread[1]:.1f}"))
        print(rows[-1], file=sys.stderr)
    return rows


def chance_spread(labels: npt.NDArray[np.int64], answers: npt.NDArray[np.int64]) -> tuple[float, float]:
    """Return the central 95 % of balanced accuracies when the same answers meet shuffled labels."""
    random = np.random.default_rng(0)
    shuffled = [balanced_accuracy_score(random.permutation(labels), answers) for _ in range(1000)]
    return float(np.quantile(shuffled, 0.025)), float(np.quantile(shuffled, 0.975))


def independence() -> list[tuple[str, ...]]:
    """Return a row for each property of person, light, framing and surroundings: its test against the class."""
    records = plan()
    labels = [each.label for each in records]
    staged = [stage(each) for each in records]
    numbers = {
        "width of the field of view": [each.scene.field_mm for each in staged],
        "light: slant": [each.scene.light_z for each in staged],
        "light: red against blue": [each.scene.light_red - each.scene.light_blue for each in staged],
        "light: share from everywhere": [each.scene.ambient for each in staged],
        "exposure": [each.scene.exposure for each in staged],
        "shadow": [each.scene.shadow for each in staged],
        "vignette": [each.scene.vignette for each in staged],
    }
    names = {
        "skin type": [each.skin_type for each in records],
        "body part": [each.body.name for each in staged],
        "ground": [str(each.surroundings.ground) for each in staged],
    }
    rows = []
    for name, values in numbers.items():
        groups = [
            [v for v, label in zip(values, labels, strict=True) if label == k] for k in STANDARD_CLASSES
        ]
        found = stats.kruskal(*groups)
        rows.append((name, "Kruskal-Wallis", f"{found.statistic:.2f}", f"{found.pvalue:.3f}"))
    for name, kinds in names.items():
        counts = [
            [
                sum(a == kind and b == k for a, b in zip(kinds, labels, strict=True))
                for kind in sorted(set(kinds))
            ]
            for k in STANDARD_CLASSES
        ]
        found = stats.chi2_contingency(counts)
        rows.append((name, "chi-squared", f"{found.statistic:.2f}", f"{found.pvalue:.3f}"))
    return rows


def main() -> None:
    """Run all three and write the section."""
    dataset = resolve_dataset("sdhz-synth", splits=("train", "test"))
    train, test = dataset.split("train"), dataset.split("test")
    reference = find_reference(dataset)
    majority = 1 - np.bincount(test.labels).max() / len(test)
    rows = simple_features(train, test)
    clean = "not trained" if reference is None else f"{100 * reference.clean_error(test.digests):.1f}"
    text = "`python docs/evidence/shortcuts.py`: trained on the train split, measured on the test split, in percent.\n\n"
    text += table(
        ("classifier", "error", "balanced accuracy"),
        [
            *rows,
            ("always the most frequent class", f"{100 * majority:.1f}", "25.0"),
            ("the AlexNet reference", clean, ""),
        ],
    )
    text += "\nPictures rendered again **without their lesions** (the rest of the picture as it was), a balanced forest:\n\n"
    text += table(("features", "balanced accuracy", "95 % of chance"), without_lesions())
    text += "\nWhat surrounds a lesion, against the class, over all 2,400 pictures (ten tests: one p below 0.05 would be no surprise):\n\n"
    text += table(("property", "test", "statistic", "p"), independence())
    replace("shortcuts", text)


if __name__ == "__main__":
    main()
