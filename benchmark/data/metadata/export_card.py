"""README.md of an SD-HZ-C export: what a stranger needs to read it, check it and cite it."""

from __future__ import annotations

from collections.abc import Sequence

from hzbench.benchmark.data.corrupted.cells import Cell, parse_cells
from hzbench.benchmark.data.corrupted.manifest import EXPORT_INDEX_NAME, MANIFEST_NAME, Manifest, cell_path
from hzbench.benchmark.data.exports import EXPORT_FORMATS
from hzbench.benchmark.data.exports.entry import Entry
from hzbench.benchmark.data.metadata.croissant import LICENCE_NOT_STATED
from hzbench.benchmark.data.metadata.json_ld import CROISSANT_NAME
from hzbench.benchmark.data.metadata.markdown import plain, sentence, table
from hzbench.benchmark.data.photographs.canonical import SIDE
from hzbench.corruptions import SEVERITIES

WRITTEN_BY = f"<!-- Written by hzbench generate; {MANIFEST_NAME} holds the digest of this file. -->"


def export_title(manifest: Manifest) -> str:
    """Return what an export is called."""
    draw = f", draw {manifest.draw}" if manifest.draw else ""
    split = "" if manifest.split == "test" else f" {manifest.split}"
    return f"SD-HZ-C of {manifest.dataset}{split}{draw}"


def export_summary(manifest: Manifest) -> str:
    """Return what an export is, in a few sentences."""
    cells = _cells(manifest)
    names = list(dict.fromkeys(cell.corruption for cell in cells))
    sentences = [
        f"The {manifest.pictures:,} pictures of the {manifest.split} split of {manifest.dataset} under "
        f"{len(names)} corruptions, {len(cells)} cells (one corruption at one severity) of "
        f"{manifest.pictures:,} pictures of {SIDE} x {SIDE} RGB each, made by hzbench to "
        f"specification {manifest.specification}.",
    ]
    if manifest.draw:
        sentences.append("Its random numbers are of another draw than SD-HZ-C's own, which is draw 0.")
    if manifest.notice:
        sentences.append(sentence(manifest.notice))
    return " ".join(sentences)


def export_citation(manifest: Manifest) -> str:
    """Return a BibTeX entry of an export."""
    return (
        f"@misc{{{manifest.dataset}-c,\n  title = {{{{{export_title(manifest)}}}}},\n"
        f"  howpublished = {{generated with hzbench, specification {manifest.specification}}},\n"
        f"  note = {{root digest {manifest.root_digest}}}\n}}"
    )


def export_card(manifest: Manifest, entries: Sequence[Entry]) -> str:
    """Return the README of an export in Markdown."""
    export_format = EXPORT_FORMATS[manifest.format]
    cells = _cells(manifest)
    sections = [
        [WRITTEN_BY],
        [f"# {export_title(manifest)}"],
        [f"> **{sentence(manifest.notice)}**"] if manifest.notice else [],
        [plain(export_summary(manifest))],
        ["## Read it"],
        [f"Format `{manifest.format}`: {plain(export_format.title)}. The first cell, from this folder:"],
        ["```python", *export_format.example(cell_path(cells[0], export_format.suffix), entries), "```"]
        if cells
        else [],
        [
            "Classes by number: "
            + ", ".join(f"{i} {plain(name)}" for i, name in enumerate(manifest.classes))
            + "."
        ],
        ["## Files"],
        table(["file", "holds"], _files(manifest)),
        ["## Cells"],
        table(["corruption", *(f"severity {one}" for one in SEVERITIES)], _cell_table(manifest)),
        [f"The first 8 digits of each cell's digest; {MANIFEST_NAME} holds them whole."],
        ["## Check it"],
        ["```", "hzbench verify .", "```"],
        [
            "names any file that is not as it was written; `hzbench verify . --data D` also makes every "
            "picture again from the clean set D."
        ],
        table(["of", "SHA-256"], [["root", manifest.root_digest], ["clean split", manifest.split_digest]]),
        [
            "The root digest is the same for everyone who holds the same clean pictures, in every format. A "
            "cell's digest is the SHA-256 of its pictures' pixel digests, one a line, in the order of "
            f"{EXPORT_INDEX_NAME}; a pixel digest is the SHA-256 of `{SIDE},{SIDE},3` and the raw pixels."
        ],
        ["## Licence"],
        [f"That of the clean pictures: {plain(manifest.licence or LICENCE_NOT_STATED)}."],
        ["## Cite it"],
        ["```bibtex", export_citation(manifest), "```"],
    ]
    return "\n\n".join("\n".join(lines) for lines in sections if lines) + "\n"


def _cells(manifest: Manifest) -> tuple[Cell, ...]:
    return parse_cells(manifest.cells) if manifest.cells else ()


def _files(manifest: Manifest) -> list[list[object]]:
    export_format = EXPORT_FORMATS[manifest.format]
    return [
        [export_format.layout, "the pictures"],
        [EXPORT_INDEX_NAME, "name, class and clean pixel digest of each picture, the same in every cell"],
        [MANIFEST_NAME, "what was made of what, and the digest of every cell"],
        [CROISSANT_NAME, "the same for other tools, in Croissant 1.1"],
    ]


def _cell_table(manifest: Manifest) -> list[list[object]]:
    names = dict.fromkeys(cell.corruption for cell in _cells(manifest))
    return [
        [name, *(manifest.cells.get(f"{name}:{severity}", "")[:8] for severity in SEVERITIES)]
        for name in names
    ]
