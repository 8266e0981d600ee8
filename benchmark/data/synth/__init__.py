"""sdhz-synth, the embedded synthetic default dataset: rendered skin, lesions and camera."""

from hzbench.benchmark.data.synth.frozen import SPLIT_DIGESTS
from hzbench.benchmark.data.synth.plan import VERSION, PictureRecord, extra_plan, plan
from hzbench.benchmark.data.synth.render import render_picture

__all__ = ["SPLIT_DIGESTS", "VERSION", "PictureRecord", "extra_plan", "plan", "render_picture"]
