"""How much skin a disease takes up in a picture: who stands back shows a wider one."""

import math
from collections.abc import Callable

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.person import Person

Drawing = Callable[[Site, Draws, Person], None]

USUAL_MM = 66.0  # the field of view that the sizes in the drawings are meant for


def framed(draw: Drawing) -> Drawing:
    """Return `draw` on a scale that grows with the field of view to the power 3/4, by 0.9 to 2.6."""

    def draw_framed(site: Site, draws: Draws, person: Person) -> None:
        canvas = site.canvas
        root = math.sqrt(canvas.edge / canvas.scale / USUAL_MM)
        factor = min(2.6, max(0.9, root * math.sqrt(root)))
        wider = canvas._replace(scale=canvas.scale * factor)
        draw(Site(wider, site.x, site.y, site.axis), draws, person)

    return draw_framed
