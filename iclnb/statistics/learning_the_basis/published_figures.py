r"""The errors of KNS's Figures 2 and 3, read off the drawings by the colour of the curves.

To about 0.05; no table and no code are published. Figure 2 shows both errors over the epochs, of
which the last are here; Figure 3 the errors after 50 epochs, medians of five runs, against the
number N of features, the prompt length n, and T/n.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from iclnb.arguments import FloatArray


class Traced(NamedTuple):
    """Values of the swept parameter, the place of the reference, errors on new tasks by model."""

    values: tuple[int, ...]
    reference: int
    errors: MappingProxyType[str, tuple[float, ...]]

    def ratios(self, kind: str) -> FloatArray:
        """Errors of one model over its error at the reference."""
        if kind not in self.errors:
            raise ValueError(f"kind must be one of {list(self.errors)}, got {kind!r}")
        errors = np.array(self.errors[kind])
        return errors / errors[self.reference]


def _traced(values: tuple[int, ...], reference: int, *errors: tuple[float, ...]) -> Traced:
    return Traced(values, reference, MappingProxyType(dict(zip(MODELS, errors, strict=True))))


MODELS = ("linear", "softmax", "encoder")

#: Errors on the prompts of pretraining and on new tasks at the end of Figure 2.
FIGURE_2 = MappingProxyType(
    {"linear": (0.70, 6.22), "softmax": (0.59, 3.06), "encoder": (0.89, 6.95)}
)

#: Figures 3a, 3b and 3c. T is n = 512 times the printed T/n, of which the least is 0.1 and the
#: largest 4; softmax leaves the drawing, above 16, at the first.
FIGURE_3 = MappingProxyType(
    {
        "n_features": _traced(
            (4, 8, 16, 32, 64),
            3,
            (16.1, 6.2, 7.0, 6.22, 4.85),
            (14.6, 7.2, 4.8, 3.15, 6.2),
            (14.9, 12.5, 6.3, 7.08, 5.4),
        ),
        "prompt_length": _traced(
            (64, 128, 256, 512, 1024),
            3,
            (13.8, 8.7, 6.24, 5.53, 5.53),
            (6.9, 6.3, 3.14, 3.60, 3.24),
            (11.3, 11.3, 7.14, 6.40, 7.76),
        ),
        "n_tasks": _traced(
            (51, 128, 256, 512, 1024, 2048),
            3,
            (15.3, 11.5, 6.5, 6.27, 7.8, 6.6),
            (16.0, 9.1, 5.8, 3.17, 3.15, 4.6),
            (15.7, 8.8, 10.2, 7.12, 5.3, 4.2),
        ),
    }
)
