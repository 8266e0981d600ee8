"""One file for each source of photographs, and the table of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from hzbench.benchmark.data.sources.dermnet import read_dermnet
from hzbench.benchmark.data.sources.fitzpatrick17k import read_fitzpatrick17k
from hzbench.benchmark.data.sources.folder import read_folder
from hzbench.benchmark.data.sources.listing import Listing
from hzbench.benchmark.data.sources.scin import read_scin
from hzbench.benchmark.data.sources.sd198 import read_sd198


class Source(NamedTuple):
    """A kind of place that photographs come from.

    Attributes:
        title: one line for `hzbench data list`: the layout.
        read: (location, class map, options by name) -> what is there; the class map may be empty.
        options: what else `read` takes.
        obtain: how to come by the photographs.
        extra_test_only: why it may not become a dataset's own splits; empty where it may.
    """

    title: str
    read: Callable[..., Listing]
    options: tuple[str, ...] = ()
    obtain: str = ""
    extra_test_only: str = ""


SOURCES: dict[str, Source] = {
    "folder": Source(
        "<class>/<picture>, <split>/<class>/<picture>, or a CSV with path,label",
        read_folder,
        obtain="these are your own photographs",
    ),
    "sd198": Source(
        "SD-198, SD-260 or both: images/<Class_Name>/*.jpg, with or without its lists",
        read_sd198,
        options=("extra_hz",),
        obtain="its authors give it on request: http://xiaopingwu.cn/assets/projects/sd-198/",
    ),
    "scin": Source(
        "SCIN: dataset/scin_cases.csv, dataset/scin_labels.csv, dataset/images",
        read_scin,
        options=("label_threshold", "releases"),
        obtain="hzbench data fetch scin --out DIR",
    ),
    "dermnet": Source(
        "DermNet as it circulates: train|test/<category>/<diagnosis>-<number>.jpg",
        read_dermnet,
        obtain="it is copyrighted: ask its owner; hzbench neither ships nor fetches it",
    ),
    "fitzpatrick17k": Source(
        "Fitzpatrick17k, as an extra test set only: fitzpatrick17k.csv and <md5hash>.jpg",
        read_fitzpatrick17k,
        obtain="the CSV, with the address of each picture, is at https://github.com/mattgroh/fitzpatrick17k",
        extra_test_only="it has no herpes zoster and no tinea, so mixed with another source a model could "
        "tell the class by the collection",
    ),
}
