"""The body parts that a picture may show: one function a part, one line here, with its share of pictures."""

from collections.abc import Callable

from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.parts.extremities import back_of_hand, foot, palm
from hzbench.benchmark.data.synth.parts.head import face, neck
from hzbench.benchmark.data.synth.parts.limbs import elbow, forearm, knee, shin, thigh, upper_arm
from hzbench.benchmark.data.synth.parts.part import Part
from hzbench.benchmark.data.synth.parts.trunk import abdomen, back, chest, flank

PARTS: dict[str, tuple[Callable[[Draws], Part], float]] = {
    "forearm": (forearm, 0.12),
    "upper_arm": (upper_arm, 0.10),
    "elbow": (elbow, 0.05),
    "thigh": (thigh, 0.07),
    "knee": (knee, 0.05),
    "shin": (shin, 0.08),
    "back": (back, 0.13),
    "abdomen": (abdomen, 0.08),
    "chest": (chest, 0.08),
    "flank": (flank, 0.07),
    "back_of_hand": (back_of_hand, 0.05),
    "palm": (palm, 0.02),
    "foot": (foot, 0.03),
    "face": (face, 0.04),
    "neck": (neck, 0.03),
}
