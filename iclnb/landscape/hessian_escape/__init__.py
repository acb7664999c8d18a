r"""Escaping saddles: the second variation as an operator, and growth along its negative directions.

Kim & Suzuki (ICML 2024), section 4 and Lemma 4.1.
"""

from .escape import (
    Growth,
    amplitude,
    escape_time,
    growth,
    linear_growth,
    perturbation,
    reflection_defect,
    symmetric_perturbation,
)
from .operator import Hessian, VelocityField
from .second_variation import negative_features, second_variation
from .spectrum import EigenPair, curvature_bound, density_ratio, lowest, morse_index

__all__ = [
    "EigenPair",
    "Growth",
    "Hessian",
    "VelocityField",
    "amplitude",
    "curvature_bound",
    "density_ratio",
    "escape_time",
    "growth",
    "linear_growth",
    "lowest",
    "morse_index",
    "negative_features",
    "perturbation",
    "reflection_defect",
    "second_variation",
    "symmetric_perturbation",
]
