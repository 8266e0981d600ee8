"""croissant.json of a dataset: what machines read about it, in Croissant 1.1 with the responsible-AI terms.

The set of records `pictures` is read from the PNG files alone, so that readers stream it and take one split
(`filters={"pictures/split": "test"}`) without opening the others; `index` holds every column of index.csv.
Source: Croissant Format Specification 1.1 and Croissant RAI 1.0, MLCommons.
"""

from __future__ import annotations

import hashlib

from hzbench.benchmark.data.building.origin import Origin
from hzbench.benchmark.data.index import INDEX_NAME
from hzbench.benchmark.data.metadata.facts import Facts, known_problems, source_warnings
from hzbench.benchmark.data.metadata.json_ld import (
    Json,
    column_field,
    content_field,
    dataset_node,
    file_object,
    file_set,
    inline_records,
    path_field,
    record_set,
)
from hzbench.benchmark.data.metadata.markdown import sentence
from hzbench.benchmark.data.photographs.canonical import SIDE

KEYWORDS = ("dermatology", "herpes zoster", "robustness")
FILES = "png"  # name of the set of picture files
LICENCE_NOT_STATED = "not stated: assume that nothing is allowed"
SPLIT_URLS = {"train": "cr:TrainingSplit", "val": "cr:ValidationSplit", "test": "cr:TestSplit"}
NO_BRACES = str.maketrans("", "", "{}\\")  # which BibTeX would read
COLUMN_TEXTS = {
    "path": "the PNG file, relative to this document",
    "label": "class name",
    "split": "train, val, test, or an additional test set",
    "group": "what never crosses splits: a person or a case",
    "source": "the collection it came from",
    "skin_type": "Fitzpatrick type I to VI, or empty",
    "pixel_digest": "SHA-256 of 'H,W,C' and the raw pixels",
    "skin_type_source": "given with the picture, estimated from it, or empty",
    "condition": "light and distance of an additional test set, or empty",
}
HEALTH_DATA = (
    "Photographs of skin disease are health data. They may show faces, tattoos and birthmarks; the group "
    "column holds whatever the builder named persons or cases by. Keep them under the terms of their source."
)


def dataset_croissant(facts: Facts) -> Json:
    """Return the document of a dataset."""
    document = facts.document
    splits = list(document.counts)
    return dataset_node(
        facts.label,
        summary(facts) + (f" {sentence(document.notice)}" if document.notice else ""),
        document.version,
        document.licence or LICENCE_NOT_STATED,
        keywords=[*KEYWORDS, *(["synthetic"] if document.synthetic else [])],
        creator={"@type": "sc:Organization", "name": creator} if (creator := _creator(facts)) else None,
        url=facts.publication.url,
        datePublished=published.isoformat() if (published := facts.publication.published) else None,
        citeAs=citation(facts),
        isLiveDataset=False,
        **_responsible_ai(facts),
        distribution=[
            file_object(
                INDEX_NAME,
                "One row a picture, in the order that the digests are taken in",
                "text/csv",
                hashlib.sha256(facts.index_text.encode()).hexdigest(),
            ),
            file_set(
                FILES,
                f"The pictures, {SIDE} x {SIDE} RGB, <split>/<class>/<name>.png",
                "image/png",
                [f"{split}/*/*.png" for split in splits],
            ),
        ],
        recordSet=[_pictures(), _index(facts.index_text), _splits(facts), _classes(facts)],
    )


def summary(facts: Facts) -> str:
    """Return what the dataset is, in two or three sentences, without its notice."""
    document = facts.document
    count = len(facts.rows)
    made = "rendered pictures" if document.synthetic else "photographs"
    sentences = [
        f"{count:,} {made} of skin disease in {len(document.classes)} classes "
        f"({', '.join(document.classes)}), made canonical ({SIDE} x {SIDE} RGB, lossless) and split into "
        f"{', '.join(document.counts)} for the corruption-robustness benchmark hzbench.",
        f"The class that must not be missed is {document.focus_class}.",
    ]
    if document.root_digest is None:
        sentences.append("Some of its splits are not here: they are rendered when they are asked for.")
    return " ".join(sentences)


def citation(facts: Facts) -> str:
    """Return a BibTeX entry of the dataset; its digest says exactly which."""
    digest = facts.document.root_digest
    splits = ", ".join(f"{split} digest {one}" for split, one in facts.document.split_digests.items())
    published = facts.publication.published
    fields = {
        "author": f"{{{creator}}}" if (creator := _creator(facts).translate(NO_BRACES)) else None,
        "title": f"{{{facts.label}}}",
        "year": str(published.year) if published else None,
        "howpublished": "built with hzbench",
        "url": facts.publication.url,
        "note": f"root digest {digest}" if digest else splits,
    }
    lines = [f"  {key} = {{{value}}}" for key, value in fields.items() if value]
    return ",\n".join([f"@misc{{{facts.label}", *lines]) + "\n}"


def _creator(facts: Facts) -> str:
    return facts.publication.creator or ("The hzbench authors" if facts.document.synthetic else "")


def preprocessing(facts: Facts) -> list[str]:
    """Return what was done to the pictures, a sentence each."""
    document = facts.document
    if document.synthetic:
        return ["Rendered by hzbench; no photograph of a person is in it."]
    framing = "the centre square was cut out" if document.framing == "crop" else "padded to a square"
    return [
        f"Canonical step {document.canonical}: turned upright, RGB (colour profiles ignored, transparency "
        f"over white), {framing} ({document.framing}), reduced to {SIDE} x {SIDE} by an integer filter, "
        "stored as PNG.",
        f"Decoded by {document.decoder}.",
        "Copies of one picture are kept once; a picture under two labels is left out.",
        "Split 70/10/20 into train, val and test by class, whole groups at a time, from the pixels alone; "
        "splits that the source gives are kept.",
        *_choice(document.origin),
    ]


def _choice(origin: Origin | None) -> list[str]:
    """Return by which rules the pictures and their classes were chosen."""
    if origin is None:
        return []
    parts = [f"source {origin.source}"]
    if origin.class_map is not None:
        parts.append(f"class map {origin.class_map.version} (SHA-256 {origin.class_map.digest})")
    parts += [f"{key.replace('_', ' ')} {value}" for key, value in origin.options.items()]
    parts += [f"split rule {origin.split_rule}"] if origin.split_rule else []
    parts += [f"suite {origin.suite}"] if origin.suite else []
    return [f"Chosen by: {', '.join(parts)}."]


def _responsible_ai(facts: Facts) -> Json:
    synthetic = facts.document.synthetic
    sources = ", ".join(facts.sources())
    return {
        "rai_dataCollection": (
            "Rendered on the user's machine from a frozen plan of persons, diseases and cameras."
            if synthetic
            else f"Photographs that the builder held, from: {sources}. hzbench collected none."
        ),
        "rai_dataCollectionType": ["Others" if synthetic else "Secondary Data Analysis"],
        "rai_dataPreprocessingProtocol": preprocessing(facts),
        "rai_dataAnnotationProtocol": [
            "The label is what was rendered."
            if synthetic
            else "Labels are those of the source, by a class map; hzbench checks no diagnosis."
        ],
        "rai_dataBiases": [
            *class_shares(facts),
            *source_warnings(facts),
        ],
        "rai_dataLimitations": known_problems(facts),
        "rai_dataUseCases": [
            "Comparing classifiers, and training methods, by how they bear common image corruptions. "
            "Not for diagnosis, and no evidence of clinical performance."
        ],
        "rai_personalSensitiveInformation": (
            ["None: no picture shows a person who exists."] if synthetic else [HEALTH_DATA]
        ),
    }


def class_shares(facts: Facts) -> list[str]:
    """Return a sentence on how the classes are spread, and one on the skin types that are known."""
    counts = facts.document.counts.values()
    totals = {name: sum(split[name] for split in counts) for name in facts.document.classes}
    everything = max(1, sum(totals.values()))
    shares = ", ".join(f"{name} {100 * count / everything:.1f} %" for name, count in totals.items())
    sentences = [f"Classes: {shares}."]
    types = {one: sum(split.values()) for one, split in facts.skin_types().items()}
    if set(types) - {""}:
        spread = ", ".join(
            f"{one or 'unknown'} {100 * count / everything:.1f} %" for one, count in types.items()
        )
        sentences.append(f"Skin types (Fitzpatrick): {spread}.")
    return sentences


def _pictures() -> Json:
    name = "pictures"
    return record_set(
        name,
        "Every picture with its class, sorted by path within a split",
        [
            path_field(name, "path", COLUMN_TEXTS["path"], FILES, r"^(.+)$", "sc:Text"),
            path_field(name, "split", COLUMN_TEXTS["split"], FILES, r"^(.+)/.+/.+\.png$", "sc:Text"),
            path_field(name, "label", COLUMN_TEXTS["label"], FILES, r"^.+/(.+)/.+\.png$", "sc:Text"),
            content_field(name, "image", f"{SIDE} x {SIDE} RGB", FILES),
        ],
    )


def _index(text: str) -> Json:
    columns = text.partition("\n")[0].split(",")
    fields = [column_field("index", one, COLUMN_TEXTS[one], INDEX_NAME) for one in columns]
    return record_set("index", f"Every column of {INDEX_NAME}; its path is that of a picture", fields)


def _splits(facts: Facts) -> Json:
    digests = facts.document.split_digests
    records = [
        {
            "name": name,
            "url": SPLIT_URLS.get(name, "cr:TestSplit"),
            "pictures": sum(counts.values()),
            "digest": digests[name],
        }
        for name, counts in facts.document.counts.items()
    ]
    columns = {
        "name": ("name of the split", "sc:Text"),
        "url": ("what it is for", "sc:URL"),
        "pictures": ("how many", "sc:Integer"),
        "digest": ("SHA-256 over the lines 'pixel digest,label' of its rows", "sc:Text"),
    }
    return inline_records("splits", "The splits", columns, records, "cr:Split")


def _classes(facts: Facts) -> Json:
    document = facts.document
    records = [
        {"name": name, "number": number, "focus": name == document.focus_class}
        for number, name in enumerate(document.classes)
    ]
    columns = {
        "name": ("class name", "sc:Text"),
        "number": ("place of the class in a model's output", "sc:Integer"),
        "focus": ("whether it is the class that must not be missed", "sc:Boolean"),
    }
    return inline_records("classes", "The classes, in the order of a model's outputs", columns, records)
