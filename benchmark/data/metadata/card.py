"""README.md of a dataset: its card, for people; what it says is counted from the dataset itself."""

from __future__ import annotations

from hzbench.benchmark.data.building.originals import ORIGINALS_NAME
from hzbench.benchmark.data.building.report import REPORT_NAME
from hzbench.benchmark.data.dataset import DOCUMENT_NAME
from hzbench.benchmark.data.index import INDEX_NAME, is_extra_test
from hzbench.benchmark.data.metadata.croissant import (
    HEALTH_DATA,
    LICENCE_NOT_STATED,
    citation,
    preprocessing,
    summary,
)
from hzbench.benchmark.data.metadata.facts import Facts, known_problems
from hzbench.benchmark.data.metadata.json_ld import CROISSANT_NAME
from hzbench.benchmark.data.metadata.markdown import plain, sentence, table
from hzbench.benchmark.data.photographs.canonical import SIDE

CARD_NAME = "README.md"
WIDE = 12  # columns that a table can have and be read
WRITTEN_BY = (
    "<!-- Written by hzbench, and again by: hzbench data card. Keep your own notes in another file. -->"
)


def dataset_card(facts: Facts) -> str:
    """Return the card of a dataset in Markdown."""
    sections = [
        [WRITTEN_BY],
        [f"# {facts.label}"],
        [f"> **{sentence(facts.document.notice)}**"] if facts.document.notice else [],
        [plain(summary(facts))],
        *_pictures(facts),
        *_conditions(facts),
        *_sources(facts),
        *_skin_types(facts),
        ["## How the pictures were made"],
        [f"- {plain(line)}" for line in preprocessing(facts)],
        ["## Known problems"],
        [f"- {plain(line)}" for line in known_problems(facts)] or ["None is known."],
        *_files(facts),
        *_digests(facts),
        *_use(facts),
    ]
    return "\n\n".join("\n".join(lines) for lines in sections if lines) + "\n"


def _pictures(facts: Facts) -> list[list[str]]:
    counts = facts.document.counts
    groups = facts.groups()
    rows: list[list[object]] = [
        [
            f"{name} (must not be missed)" if name == facts.document.focus_class else name,
            *(counts[split][name] for split in counts),
            sum(counts[split][name] for split in counts),
        ]
        for name in facts.document.classes
    ]
    rows.append(
        ["all", *(sum(counts[split].values()) for split in counts), len(facts.rows)],
    )
    rows.append(["groups", *groups.values(), len({row.group for row in facts.rows})])
    return [
        ["## Classes and splits"],
        table(["class", *counts, "all"], rows),
        ["A group is a person, a case or a run of near duplicates; no group is in two splits."],
    ]


def _conditions(facts: Facts) -> list[list[str]]:
    sections = []
    for split, counts in facts.conditions().items():
        rows: list[list[object]] = [[name or "not stated", count] for name, count in counts.items()]
        sections += [[f"## Additional test set {split}"], table(["condition", "pictures"], rows)]
    return sections


def _sources(facts: Facts) -> list[list[str]]:
    classes = facts.document.classes if len(facts.document.classes) <= WIDE else ()
    rows: list[list[object]] = [
        [source, *(counts[name] for name in classes), sum(counts.values())]
        for source, counts in facts.sources().items()
    ]
    licence = facts.document.licence or LICENCE_NOT_STATED
    return [
        ["## Sources and licence"],
        table(["source", *classes, "all"], rows),
        [f"Licence: {plain(licence)}."],
        [] if facts.document.synthetic else [HEALTH_DATA],
    ]


def _skin_types(facts: Facts) -> list[list[str]]:
    types = facts.skin_types()
    if set(types) <= {""}:
        return []
    splits = [split for split in facts.document.counts if not is_extra_test(split)]
    rows: list[list[object]] = [
        [one or "unknown", *(counts[split] for split in splits)] for one, counts in types.items()
    ]
    return [["## Skin types"], table(["Fitzpatrick", *splits], rows), [_where_types_come_from(facts)]]


def _where_types_come_from(facts: Facts) -> str:
    if facts.document.synthetic:
        return "The type is what was rendered."
    given = sum(bool(row.skin_type) for row in facts.rows) - facts.estimated_skin_types()
    return f"Given by the source: {given:,}; estimated from the picture: {facts.estimated_skin_types():,}."


def _files(facts: Facts) -> list[list[str]]:
    rows: list[list[object]] = [
        [
            ", ".join(f"{split}/" for split in facts.document.counts),
            f"pictures, {SIDE} x {SIDE} RGB PNG, one folder a class",
        ],
        [INDEX_NAME, "one row a picture: path, label, split, group, source, skin type, pixel digest"],
        [DOCUMENT_NAME, "name, classes, counts and digests, read by hzbench"],
        [CROISSANT_NAME, "the same for other tools, in Croissant 1.1"],
    ]
    if facts.report is not None:
        rows.append([REPORT_NAME, "what became of every file of the source"])
        rows.append([ORIGINALS_NAME, "from which file, and of which size, each picture was made"])
    return [["## Files"], table(["file", "holds"], rows)]


def _digests(facts: Facts) -> list[list[str]]:
    document = facts.document
    rows: list[list[object]] = [
        ["root", document.root_digest or "not yet: some splits are still to be rendered"],
    ]
    rows += [[split, digest] for split, digest in document.split_digests.items()]
    return [
        ["## Digests"],
        table(["of", "SHA-256"], rows),
        [
            "Equal digests mean equal pixels, labels and splits. A picture's digest is the SHA-256 of "
            f"`H,W,C` and its raw pixels (column `pixel_digest` of {INDEX_NAME}); a split's that of the "
            "lines `pixel digest,label`. Check all of them with:"
        ],
        ["```", "hzbench data verify .", "```"],
    ]


def _use(facts: Facts) -> list[list[str]]:
    alphabetical = sorted(facts.document.classes)
    trap = (
        "It numbers the classes alphabetically ("
        + ", ".join(f"{number} {plain(name)}" for number, name in enumerate(alphabetical))
        + "); the order of a model's outputs in hzbench is that of the table above."
        if alphabetical != list(facts.document.classes)
        else "Its class numbers are hzbench's."
    )
    return [
        ["## How to read it"],
        ["In this folder:"],
        [
            "```python",
            "from hzbench.benchmark.data.dataset import open_dataset",
            "",
            'test = open_dataset(".").split("test")',
            "test.image(0), test.labels[0]  # uint8 (224, 224, 3), number of its class",
            "",
            "import mlcroissant  # any tool that reads Croissant",
            "",
            f'data = mlcroissant.Dataset("{CROISSANT_NAME}")',
            'records = data.records("pictures", {"pictures/split": "test"})',
            "",
            "from torchvision.datasets import ImageFolder",
            "",
            'test = ImageFolder("test")',
            "```",
        ],
        [f"`ImageFolder` reads a split. {trap}"],
        ["## How to cite it"],
        [
            "Cite hzbench, and this dataset with its digest:"
            if facts.document.synthetic
            else "Cite the sources above, hzbench, and this dataset with its digest:"
        ],
        ["```bibtex", citation(facts), "```"],
    ]
