"""Training methods by the name that a recipe's `[method]` gives: one file and one line each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hzbench.submissions.methods.ant import Ant
from hzbench.submissions.methods.augmix import AugMix
from hzbench.submissions.methods.baseline import Baseline
from hzbench.submissions.methods.gnt import Gnt
from hzbench.submissions.methods.kd_sm import KdSm
from hzbench.submissions.methods.kde_at import KdeAt
from hzbench.submissions.methods.kde_ct import KdeCt
from hzbench.submissions.methods.kde_ct_consistency import KdeCtConsistency
from hzbench.submissions.methods.kde_st import KdeSt
from hzbench.submissions.methods.method import Method
from hzbench.submissions.methods.prime import Prime

METHODS: dict[str, type[Method]] = {
    "baseline": Baseline,
    "gnt": Gnt,
    "ant": Ant,
    "kd_sm": KdSm,
    "kde_at": KdeAt,
    "kde_st": KdeSt,
    "kde_ct": KdeCt,
    "augmix": AugMix,
    "prime": Prime,
    "kde_ct_consistency": KdeCtConsistency,
}


def build_method(table: Mapping[str, Any]) -> Method:
    """Return the method of a recipe's `[method]` table, which has been checked."""
    method = METHODS[table["name"]]
    return method(method.Options.model_validate({key: table[key] for key in table if key != "name"}))
