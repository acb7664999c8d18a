"""One figure style for the whole book.

Opaque white figures with dark text (legible on light and dark pages alike), colours that a
colour-blind reader can tell apart, theory as lines, measurements as points with intervals. A figure
is displayed by :func:`show`, which carries its name, caption and alternative text to the page.
"""

from iclnb.style.display import METADATA_KEY, Shown, show
from iclnb.style.draw import (
    COLORS,
    CYCLE,
    label_panels,
    legend_below,
    measured,
    reference,
    subplots,
    theory,
    use,
)

__all__ = [
    "COLORS",
    "CYCLE",
    "METADATA_KEY",
    "Shown",
    "label_panels",
    "legend_below",
    "measured",
    "reference",
    "show",
    "subplots",
    "theory",
    "use",
]
