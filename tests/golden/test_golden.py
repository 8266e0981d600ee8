"""The bytes of every cell are the golden ones, wherever, in whatever order and however they are computed."""

import json

import make_golden
import pytest
from golden_pictures import CORRUPTED, UNCANONICAL, corrupted_picture

from hzbench.benchmark.data.photographs.canonical import CANONICAL_VERSION
from hzbench.corruptions import (
    SEVERITIES,
    SPECIFICATION,
    get_corruption_names,
    jpeg_probe_digest,
    pixel_digest,
)

SMALL = "ramps 32 x 32"
PLAIN_CPU = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}


def test_everything_is_golden(golden):
    """The file speaks of this specification, all pictures, all corruptions and all severities."""
    assert (golden["specification"], golden["canonical"]) == (SPECIFICATION, CANONICAL_VERSION)
    assert list(golden["pictures"]) == list(CORRUPTED)
    assert list(golden["canonical_pictures"]) == list(UNCANONICAL)
    for picture in golden["pictures"].values():
        assert list(picture["cells"]) == get_corruption_names("all")
        assert all(len(digests) == len(SEVERITIES) for digests in picture["cells"].values())


def test_the_jpeg_coder_is_the_golden_one(golden):
    """JPEG's bytes are libjpeg-turbo's; with another coder the cells of jpeg_compression may differ."""
    assert jpeg_probe_digest() == golden["jpeg_probe"]


@pytest.mark.parametrize("name", UNCANONICAL)
def test_a_canonical_picture_is_the_golden_one(name, golden):
    """Every kind of pixel, turned, cut, padded, reduced and enlarged."""
    assert make_golden.compute_canonical(name) == golden["canonical_pictures"][name]


@pytest.mark.parametrize("name", CORRUPTED)
def test_a_clean_picture_is_the_golden_one(name, golden):
    """A picture that differs would change every random cell of it."""
    picture = corrupted_picture(name)
    assert pixel_digest(picture) == golden["pictures"][name]["digest"]
    assert list(picture.shape) == golden["pictures"][name]["shape"]


@pytest.mark.parametrize("corruption", get_corruption_names("all"))
@pytest.mark.parametrize("picture", CORRUPTED)
def test_every_severity_gives_the_golden_bytes(picture, corruption):
    """In this process, with this compiler, for this CPU."""
    assert list(make_golden.differences(make_golden.all_tasks([picture], [corruption]))) == []


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_order_company_and_threads_do_not_matter(threads):
    """A third of all cells, pictures and corruptions mixed, on some threads at once."""
    tasks = make_golden.shuffled(make_golden.all_tasks(), f"order {threads}", 3)
    assert list(make_golden.differences(tasks, threads)) == []


def test_processes_side_by_side_give_the_golden_bytes(start_check, finished):
    """Two fresh processes at once, on different parts in different orders, with one cache of kernels."""
    checks = [start_check("--shuffle", key, "--part", "2", "--threads", "2") for key in ("one", "two")]
    assert [finished(check) for check in checks] == ["380 cells compared, 0 differences"] * 2


@pytest.mark.slow  # every kernel is compiled for another CPU
def test_a_plain_cpu_gives_the_golden_bytes(start_check, finished):
    """Wider vectors, or fused multiply-adds, must not change a sum."""
    assert finished(start_check(**PLAIN_CPU)) == "760 cells compared, 0 differences"


@pytest.mark.slow  # every pixel is visited by plain Python
def test_the_compiler_switched_off_gives_the_golden_bytes(start_check, finished):
    """Plain Python and compiled code agree: no kernel depends on how integers overflow or promote."""
    check = start_check("--pictures", SMALL, "--pictures", "grey 61 x 48", NUMBA_DISABLE_JIT="1")
    assert finished(check) == "190 cells compared, 0 differences"


def test_a_difference_is_named(golden, monkeypatch):
    """Picture, corruption and severity, what was found and what is expected."""
    changed = json.loads(json.dumps(golden))
    changed["pictures"][SMALL]["cells"]["contrast"][2] = "0" * 64
    monkeypatch.setattr(make_golden, "load", lambda: changed)
    lines = list(make_golden.differences(make_golden.all_tasks([SMALL], ["contrast"])))
    assert lines == [
        f"{SMALL}, contrast 3: {golden['pictures'][SMALL]['cells']['contrast'][2][:16]}, expected {'0' * 16}"
    ]


def test_a_frozen_version_is_never_written_again(tmp_path, monkeypatch):
    """From version 1 on, published digests stay; version 0 is open."""
    file = tmp_path / "golden.json"
    monkeypatch.setattr(make_golden, "document", lambda: {"bytes": "new"})
    for version, expected in ((1, "old"), (0, "new")):
        file.write_text('{"bytes": "old"}')
        monkeypatch.setattr(make_golden, "SPECIFICATION", version)
        if version:
            with pytest.raises(FileExistsError, match="specification 1 is frozen"):
                make_golden.write(file)
        else:
            make_golden.write(file)
        assert json.loads(file.read_text()) == {"bytes": expected}
