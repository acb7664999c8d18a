"""One figure style for the whole book.

Colours that a colour-blind reader can tell apart, theory as lines, measurements as points with
intervals. A figure is displayed by :func:`show`, which carries its name, caption and alternative
text to the page. A notebook shows an opaque white picture; the site has one for wide and one for
narrow windows, each in the colours of light and of dark pages.
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
