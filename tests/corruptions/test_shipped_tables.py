"""Shipped tables are those their scripts make, with the recorded digests."""

import hashlib
import runpy

import numpy as np
import pytest

from hzbench.corruptions import shipped_tables
from hzbench.corruptions.shipped_tables import FOLDER, load_table, recorded_digests

TABLES = sorted(path.stem for path in FOLDER.glob("*.npy"))


def test_every_table_has_a_recorded_digest_and_a_script():
    """Nothing ships whose origin is unknown."""
    assert set(recorded_digests()) == {f"{name}.npy" for name in TABLES}
    assert {path.stem for path in FOLDER.glob("make_*.py")} >= {f"make_{name}" for name in TABLES}


@pytest.mark.parametrize("name", TABLES)
def test_the_digest_is_the_recorded_one(name):
    """The bytes on disk are those of the specification."""
    content = (FOLDER / f"{name}.npy").read_bytes()
    assert hashlib.sha256(content).hexdigest() == recorded_digests()[f"{name}.npy"]


@pytest.mark.parametrize("name", TABLES)
def test_the_script_makes_the_table(name):
    """The function in the script gives the shipped numbers."""
    made = runpy.run_path(str(FOLDER / f"make_{name}.py"))
    table = made.get(name, made.get(f"{name}_table"))()
    assert np.array_equal(table, load_table(name))


def test_a_damaged_table_is_refused(tmp_path, monkeypatch):
    """One flipped bit is found, named, and the cure given."""
    content = bytearray((FOLDER / "gaussian_kernels.npy").read_bytes())
    content[-1] ^= 1
    (tmp_path / "gaussian_kernels.npy").write_bytes(content)
    monkeypatch.setattr(shipped_tables, "FOLDER", tmp_path)
    recorded_digests()  # read before the folder was exchanged
    load_table.cache_clear()
    with pytest.raises(ValueError, match=r"gaussian_kernels\.npy has SHA-256 .* reinstall"):
        load_table("gaussian_kernels")
    load_table.cache_clear()


def test_tables_can_not_be_written_to():
    """A shared table must not change under a running process."""
    with pytest.raises(ValueError, match="read-only"):
        load_table("normal_quantiles")[0] = 1
