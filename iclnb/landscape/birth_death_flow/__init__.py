r"""The mean-field flow itself, on a grid, with births, deaths and a density ratio that is a number.

One feature; neurons are points of a plane, an outer weight and a direction (or a number). The flow
of measures is solved by finite volumes (:mod:`.scheme`), and again along its characteristics
(:mod:`.characteristics`); the decay theorems of Kim & Suzuki are evaluated on it
(:mod:`.theorems`).
"""

from .characteristics import Characteristics, characteristic_flow, inner_density
from .plane import (
    Bump,
    Fields,
    Plane,
    circle_plane,
    line_particles,
    line_plane,
    loss_slope,
    plane_fields,
    product_state,
)
from .scheme import Change, GridFlow, change, grid_flow
from .theorems import (
    Phase,
    SaddleCurvature,
    accelerated_phase,
    descent_slack,
    outer_speed,
    saddle_curvature,
)

__all__ = [
    "Bump",
    "Change",
    "Characteristics",
    "Fields",
    "GridFlow",
    "Phase",
    "Plane",
    "SaddleCurvature",
    "accelerated_phase",
    "change",
    "characteristic_flow",
    "circle_plane",
    "descent_slack",
    "grid_flow",
    "inner_density",
    "line_particles",
    "line_plane",
    "loss_slope",
    "outer_speed",
    "plane_fields",
    "product_state",
    "saddle_curvature",
]
