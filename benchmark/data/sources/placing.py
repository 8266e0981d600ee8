"""Puts a source's sub-classes into classes by its class map, and tells the report what it met."""

from __future__ import annotations

import difflib
from collections import Counter
from fnmatch import fnmatchcase
from typing import NamedTuple

from hzbench.benchmark.data.sources.class_map import ClassMap, has_class_map, plain, shipped_class_map
from hzbench.benchmark.errors import DataError

REST = "other"  # the class of everything else
NEAR = 0.8  # share of equal letters from which a name may be a misspelling of another


class Place(NamedTuple):
    """Where a sub-class belongs: `label`, or empty with the `reason` and `detail` why it is left out."""

    label: str
    reason: str = ""
    detail: str = ""


class Placer:
    """Puts sub-classes into classes and remembers what it met, for the report."""

    def __init__(self, class_map: ClassMap) -> None:
        """Start with no picture met."""
        self.class_map = class_map
        self._places: dict[str, Place] = {}
        self._pictures: Counter[str] = Counter()
        self._unnamed: set[str] = set()
        self._entries = [
            (plain(name), label, name) for label, names in class_map.classes.items() for name in names
        ]

    def place(self, sub_class: str, where: str = "") -> Place:
        """Return where one picture's sub-class belongs.

        Args:
            sub_class: as the source writes it.
            where: the start of an error: file and line.

        Raises:
            DataError: the map names it nowhere and says `refuse`, or its patterns put it in two classes.
        """
        if sub_class not in self._places:
            self._places[sub_class] = self._decide(sub_class, where)
        self._pictures[sub_class] += 1
        return self._places[sub_class]

    def notes(self) -> tuple[str, ...]:
        """Return sentences on the map and on sub-classes that it does not name."""
        identity = self.class_map.identity()
        notes = [f"class map {identity.source} {identity.version}, digest {identity.digest[:16]}"]
        rest = sorted(name for name in self._unnamed if self._places[name].label)
        if rest:
            notes.append(f"sub-classes that the class map does not name became {REST}: {_some(rest)}")
        return tuple(notes)

    def warnings(self) -> tuple[str, ...]:
        """Return a sentence on each sub-class that was left out because the map does not know it."""
        return tuple(
            f"sub-class {name!r} (met {self._pictures[name]} times) was left out: {self._places[name].detail}"
            for name in sorted(self._unnamed)
            if not self._places[name].label
        )

    def check(self, where: str) -> None:
        """Refuse a map that names sub-classes which neither the pictures nor the shipped map have.

        Raises:
            DataError: names them, with the closest match among the sub-classes that exist.
        """
        source = self.class_map.source
        if self.class_map.match == "pattern" or self.class_map.unmapped == "refuse":
            return  # a name that is refused shows the misspelt one by itself
        shipped = shipped_class_map(source).names() if has_class_map(source) else []
        known = {plain(name): name for name in (*shipped, *self._pictures)}
        missing = [name for name in self.class_map.names() if plain(name) not in known]
        if missing:
            close = difflib.get_close_matches(plain(missing[0]), known, n=1)
            guess = f"; did you mean {known[close[0]]!r}?" if close else ""
            raise DataError(
                f"{where}: the class map names sub-classes that are not there: {_some(missing)}{guess}"
            )

    def _decide(self, sub_class: str, where: str) -> Place:
        key = plain(sub_class)
        for name, why in self.class_map.left_out.items():
            if self._fits(key, plain(name)):
                return Place("", "left out by the class map", why)
        found = {label: name for entry, label, name in self._entries if self._fits(key, entry)}
        if len(found) > 1:
            pairs = " and ".join(f"{name!r} ({label})" for label, name in found.items())
            raise DataError(
                f"{where or sub_class}: {sub_class!r} fits two patterns of the class map: {pairs}"
            )
        if found:
            return Place(next(iter(found)))
        if self.class_map.unmapped == "refuse":
            known = ", ".join(self.class_map.names())
            raise DataError(f"{where}: {sub_class!r} is not in the class map, which names: {known}")
        self._unnamed.add(sub_class)
        return self._unmapped(sub_class, key)

    def _unmapped(self, sub_class: str, key: str) -> Place:
        reason = "sub-class not in the class map"
        if self.class_map.unmapped == "leave_out":
            return Place("", reason, f"{sub_class!r} is not in the class map")
        held = [word for word in self.class_map.doubtful if plain(word) in key]
        if held:
            return Place(
                "", reason, f"it is not in the class map, and {held[0]!r} in it may be a class of its own"
            )
        named = {entry: name for entry, label, name in self._entries if label != REST}
        close = difflib.get_close_matches(key, named, n=1, cutoff=NEAR)
        if close and self.class_map.match == "name":
            return Place("", reason, f"it is not in the class map; is it a spelling of {named[close[0]]!r}?")
        return Place(REST)

    def _fits(self, key: str, entry: str) -> bool:
        return fnmatchcase(key, entry) if self.class_map.match == "pattern" else key == entry


def _some(names: list[str], limit: int = 8) -> str:
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(names[:limit]) + more
