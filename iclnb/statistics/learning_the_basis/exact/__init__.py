"""The chapter's statements, proved: the best keys, and splines by networks.

Nothing here uses the float library.
"""

from .keys import best_keys, least_risks
from .networks import missed_by_network, spline_by_networks

__all__ = ["best_keys", "least_risks", "missed_by_network", "spline_by_networks"]
