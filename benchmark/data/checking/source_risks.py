"""Sources that tell a class: whatever marks them (a watermark, a frame, a camera) gives it away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict

GIVEN_AWAY = 0.9  # share of a source's pictures in one class from which on the source tells the class
FEW = 5  # pictures of a source below which its classes say nothing


class SourceRisk(BaseModel):
    """A source whose marks tell a class.

    Attributes:
        source: the collection.
        label: the class.
        pictures: how many of the source are of the class.
        of_source: their share of the source.
        of_class: their share of the class.
    """

    model_config = ConfigDict(frozen=True)

    source: str
    label: str
    pictures: int
    of_source: float
    of_class: float

    def sentence(self) -> str:
        """Return the risk as a sentence without its full stop."""
        return (
            f"watermark risk: {100 * self.of_source:.0f} % of source {self.source} is {self.label} "
            f"({self.pictures:,} pictures, {100 * self.of_class:.0f} % of that class), so whatever marks "
            "the source tells the class"
        )


def source_risks(sources: Mapping[str, Mapping[str, int]], classes: Sequence[str]) -> list[SourceRisk]:
    """Return the sources that tell a class, those with the largest share of the class first.

    Args:
        sources: {source: {class: pictures}}; a single source tells nothing.
        classes: class names.
    """
    if len(sources) < 2:
        return []
    totals = {name: sum(counts[name] for counts in sources.values()) for name in classes}
    everything = sum(totals.values())
    risks = []
    for source, counts in sources.items():
        size = sum(counts.values())
        for name in classes:
            share = counts[name] / size
            if size >= FEW and share >= GIVEN_AWAY and share > totals[name] / everything:
                of_class = counts[name] / totals[name]
                risks.append(
                    SourceRisk(
                        source=source, label=name, pictures=counts[name], of_source=share, of_class=of_class
                    )
                )
    return sorted(risks, key=lambda risk: (-risk.of_class, risk.source))
