"""What every evaluation imports and computes anyway, done once where attempts are forked from."""

import gc

import hzbench.benchmark.cli.app
import hzbench.benchmark.cli.result_tables
import hzbench.benchmark.workflows.evaluation  # noqa: F401 - imported for those that are forked
from hzbench.benchmark.runs.machine import code_digest
from hzbench.corruptions import jpeg_probe_digest

jpeg_probe_digest()
code_digest()
gc.collect()
gc.freeze()  # or each attempt would copy all pages when it first collects
