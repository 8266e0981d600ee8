"""One picture, corruption, severity and draw give one set of bytes, wherever they are computed."""

import numpy as np
import pytest

from hzbench.corruptions import SEVERITIES, corrupt_cell, get_corruption_names, pixel_digest


@pytest.fixture(scope="module")
def digests_here(small_picture):
    """Digests of all cells of the small picture, computed in this process, in order."""
    return {
        f"{name}:{severity}": pixel_digest(corrupt_cell(small_picture, name, severity))
        for name in get_corruption_names("all")
        for severity in SEVERITIES
    }


def test_a_fresh_process_in_another_order_gives_the_same_bytes(small_picture, digests_here, cell_digests):
    """Neither the process nor the order of the cells is part of the definition."""
    assert cell_digests(small_picture, shuffle="one") == digests_here


def test_four_threads_give_the_same_bytes(small_picture, digests_here, cell_digests):
    """Kernels share nothing that threads could disturb."""
    assert cell_digests(small_picture, threads=4, shuffle="two") == digests_here


@pytest.mark.slow  # every kernel is compiled for another CPU
def test_a_plain_cpu_gives_the_same_bytes(small_picture, digests_here, cell_digests):
    """Wider vectors, or fused multiply-adds, must not change a sum."""
    assert cell_digests(small_picture, NUMBA_CPU_NAME="generic", NUMBA_CPU_FEATURES="") == digests_here


@pytest.mark.parametrize("severity", [2, 5])
def test_the_bytes_are_the_same_with_the_compiler_switched_off(
    small_picture, digests_here, cell_digests, severity
):
    """Plain Python and compiled code agree, so no kernel depends on how integers overflow or promote."""
    plain = cell_digests(small_picture, severities=[severity], NUMBA_DISABLE_JIT="1")
    assert plain == {cell: digests_here[cell] for cell in plain}
    assert len(plain) == len(get_corruption_names("all"))


@pytest.mark.parametrize("name", get_corruption_names("all"))
def test_the_picture_beside_it_does_not_matter(name, photographs, small_picture):
    """Corrupting another picture in between leaves nothing behind."""
    before = corrupt_cell(small_picture, name, 3)
    corrupt_cell(photographs[1], name, 3)
    assert np.array_equal(before, corrupt_cell(small_picture, name, 3))
