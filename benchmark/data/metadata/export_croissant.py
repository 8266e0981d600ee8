"""croissant.json of an SD-HZ-C export: its cells with their digests, its index, and its files.

Where pictures are single files, readers stream them (`pictures`); tars and arrays are listed as files only,
because Croissant 1.1 does not describe what lies inside a NumPy array.
Source: Croissant Format Specification 1.1, MLCommons.
"""

from __future__ import annotations

from hzbench.benchmark.data.corrupted.cells import parse_cells
from hzbench.benchmark.data.corrupted.manifest import EXPORT_INDEX_NAME, INDEX_COLUMNS, Manifest, cell_path
from hzbench.benchmark.data.exports import EXPORT_FORMATS
from hzbench.benchmark.data.metadata.croissant import COLUMN_TEXTS, KEYWORDS, LICENCE_NOT_STATED
from hzbench.benchmark.data.metadata.export_card import export_citation, export_summary, export_title
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

FILES = "files"  # name of the set of picture files
NAME_TEXT = "file name of the picture without a suffix, the same in every cell"


def export_croissant(manifest: Manifest, index_sha256: str) -> Json:
    """Return the document of an export; `index_sha256` is the digest of its index.csv."""
    export_format = EXPORT_FORMATS[manifest.format]
    files = file_set(
        FILES, f"The pictures, {export_format.layout}", export_format.media_type, [export_format.files]
    )
    index = file_object(EXPORT_INDEX_NAME, "One row a picture of a cell", "text/csv", index_sha256)
    columns = [
        column_field("index", one, {**COLUMN_TEXTS, "name": NAME_TEXT}[one], EXPORT_INDEX_NAME)
        for one in INDEX_COLUMNS
    ]
    record_sets = [
        *([_pictures(export_format.label_pattern)] if export_format.label_pattern else []),
        *([_cells(manifest)] if manifest.cells else []),
        record_set("index", "The pictures of a cell in order, with the digests of the clean ones", columns),
    ]
    return dataset_node(
        export_title(manifest),
        f"{export_summary(manifest)} Root digest: {manifest.root_digest}.",
        str(manifest.specification),
        manifest.licence or LICENCE_NOT_STATED,
        keywords=[*KEYWORDS, "ImageNet-C corruptions", *(["synthetic"] if manifest.synthetic else [])],
        citeAs=export_citation(manifest),
        rai_dataManipulationProtocol=(
            f"Corruptions of hzbench specification {manifest.specification}, draw {manifest.draw}, on "
            f"canonical pictures (canonical step {manifest.canonical}); "
            f"JPEG coder probe {manifest.jpeg_probe_digest}."
        ),
        rai_dataUseCases="Measuring how classifiers bear common image corruptions. Never train on it.",
        rai_dataLimitations=sentence(manifest.notice) if manifest.notice else None,
        distribution=[index, files],
        recordSet=record_sets,
    )


def _pictures(label_pattern: str) -> Json:
    name = "pictures"
    return record_set(
        name,
        "Every picture of every cell, sorted by path",
        [
            path_field(name, "path", COLUMN_TEXTS["path"], FILES, r"^(.+)$", "sc:Text"),
            path_field(
                name, "corruption", "name of the corruption", FILES, r"^(.+)/.+/.+/.+\.png$", "sc:Text"
            ),
            path_field(name, "severity", "1 (mild) to 5", FILES, r"^.+/(.+)/.+/.+\.png$", "sc:Integer"),
            path_field(
                name, "label", COLUMN_TEXTS["label"], FILES, rf"^.+/.+/{label_pattern}/.+\.png$", "sc:Text"
            ),
            content_field(name, "image", f"{SIDE} x {SIDE} RGB", FILES),
        ],
    )


def _cells(manifest: Manifest) -> Json:
    suffix = EXPORT_FORMATS[manifest.format].suffix
    records = [
        {
            "name": str(cell),
            "corruption": cell.corruption,
            "severity": cell.severity,
            "path": cell_path(cell, suffix),
            "digest": manifest.cells[str(cell)],
        }
        for cell in parse_cells(manifest.cells)
    ]
    columns = {
        "name": ("corruption:severity", "sc:Text"),
        "corruption": ("name of the corruption", "sc:Text"),
        "severity": ("1 (mild) to 5", "sc:Integer"),
        "path": ("file or folder of the cell", "sc:Text"),
        "digest": ("SHA-256 over the pixel digests of its pictures, one a line, in index order", "sc:Text"),
    }
    return inline_records("cells", "The cells of this export", columns, records)
