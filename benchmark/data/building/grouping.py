"""Groups that turn out to be one: a union-find over persons and pictures; it never joins two given splits."""

from __future__ import annotations

from collections.abc import Iterable


class Groups:
    """Sets of nodes. A node is a picture (its pixel digest) or a person (the name of a group).

    The result depends on which sets were joined, and on the order only where a given split stands in the way.
    """

    def __init__(self) -> None:
        """Start without any."""
        self._parent: dict[tuple[str, str], tuple[str, str]] = {}
        self._splits: dict[tuple[str, str], set[str]] = {}

    def add_picture(self, digest: str, splits: Iterable[str]) -> None:
        """Add a picture with the splits that it was given."""
        self._add(("picture", digest), splits)

    def add_person(self, group: str, splits: Iterable[str]) -> None:
        """Add a group with the splits that its pictures were given."""
        self._add(("person", group), splits)

    def join_person(self, digest: str, group: str) -> bool:
        """Put a picture and a person into one set; False when their given splits differ."""
        return self._join(("picture", digest), ("person", group))

    def join_pictures(self, first: str, second: str) -> bool:
        """Put two pictures into one set; False when their given splits differ."""
        return self._join(("picture", first), ("picture", second))

    def name(self, digest: str) -> str:
        """Return the name of a picture's set: the first of its persons', else of its pictures' digests."""
        kind, name = self._root(("picture", digest))
        return name if kind == "person" else name[:16]

    def _add(self, node: tuple[str, str], splits: Iterable[str]) -> None:
        self._parent.setdefault(node, node)
        self._splits.setdefault(node, set()).update(split for split in splits if split)

    def _root(self, node: tuple[str, str]) -> tuple[str, str]:
        path = []
        while self._parent[node] != node:
            path.append(node)
            node = self._parent[node]
        for passed in path:
            self._parent[passed] = node
        return node

    def _join(self, one: tuple[str, str], other: tuple[str, str]) -> bool:
        first, second = sorted((self._root(one), self._root(other)))  # persons come before pictures
        if first == second:
            return True
        both = self._splits[first] | self._splits[second]
        if len(both) > 1:
            return False
        self._parent[second] = first
        self._splits[first] = both
        return True
