"""KD-SM: one teacher, the best one on the validation pictures.

Source: Back et al. 2021, Table 6. The slides do not spell the letters out; they are read as "single model".
"""

from __future__ import annotations

from hzbench.submissions.methods.distillation import Distillation, Target, answer_of
from hzbench.submissions.methods.method import Batch


class KdSm(Distillation):
    """Distillation from a single model: the teacher with the highest validation macro-F1."""

    def target(self, batch: Batch) -> Target:
        """Return the best teacher's answer."""
        return answer_of(self.ordered[-1], batch)
