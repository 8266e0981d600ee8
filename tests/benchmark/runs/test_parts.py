"""Parts are named by what they are of, and their files prove what they hold."""

from __future__ import annotations

import numpy as np
import pytest

from hzbench.benchmark.runs.keeper import Keeper
from hzbench.benchmark.runs.parts import Part, sealed, unsealed

PART = Part("test fog 3", {"checkpoint": "a" * 64, "draw": 0})


class MemoryStore:
    """A store in memory."""

    title = "memory"

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}

    def get(self, part: Part) -> bytes | None:
        return self.contents.get(part.key)

    def put(self, part: Part, content: bytes) -> None:
        self.contents[part.key] = content


def test_a_sealed_part_gives_its_content_back() -> None:
    """Also an empty one."""
    for content in (b"", b"\0\n" * 1000):
        assert unsealed(PART, sealed(PART, content)) == content


@pytest.mark.parametrize("position", [0, 20, 90, -40, -1])
def test_one_changed_byte_is_noticed(position: int) -> None:
    """In the mark, the key, the content and the digest."""
    data = bytearray(sealed(PART, b"content" * 10))
    data[position] ^= 1
    with pytest.raises(ValueError, match="damaged"):
        unsealed(PART, bytes(data))


@pytest.mark.parametrize("length", [0, 1, 50, 100, 150])
def test_a_file_that_was_cut_is_noticed(length: int) -> None:
    """However short it is."""
    with pytest.raises(ValueError, match="damaged"):
        unsealed(PART, sealed(PART, b"content" * 10)[:length])


@pytest.mark.parametrize(
    "other", [Part("test fog 4", PART.facts), Part(PART.name, {**PART.facts, "draw": 1}), Part(PART.name, {})]
)
def test_another_part_is_never_taken_for_this_one(other: Part) -> None:
    """Neither by its name nor by a fact."""
    assert other.key != PART.key
    with pytest.raises(ValueError, match="another part"):
        unsealed(other, sealed(PART, b"content"))


def test_the_order_of_facts_does_not_matter() -> None:
    """Facts are a mapping."""
    assert Part("p", {"a": 1, "b": 2}).key == Part("p", {"b": 2, "a": 1}).key


def test_a_file_name_is_harmless() -> None:
    """Split names come from a dataset's index."""
    name = Part("../../x y\n\x1b[31m", {}).file_name
    assert name.startswith("..-..-x-y-31m-")
    assert "/" not in name


def test_logits_come_back_bit_by_bit() -> None:
    """Infinite ones and NaN too."""
    logits = np.array([[1.5, np.inf], [-0.0, np.nan]], np.float32)
    keeper = Keeper(MemoryStore())
    keeper.keep_logits(PART, logits)
    found = keeper.find_logits(PART, (2, 2))
    assert found is not None
    assert found.tobytes() == logits.tobytes()


def test_the_first_store_wins_and_new_parts_go_into_all() -> None:
    """A value is made once."""
    first, second = MemoryStore(), MemoryStore()
    second.put(PART, b'{"from": "second"}')
    seen: list[Part] = []
    keeper = Keeper(first, second, finished=seen.append)
    assert keeper.value(PART, lambda: None) == {"from": "second"}
    assert keeper.find(PART) == b'{"from": "second"}'
    other = Part("other", {})
    assert keeper.value(other, lambda: [1, 2]) == [1, 2]
    assert first.contents[other.key] == second.contents[other.key] == b"[1, 2]"
    assert (keeper.computed, keeper.found.total()) == (1, 2)
    assert seen == [PART, PART, other]
