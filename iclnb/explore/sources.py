"""The two kinds of slider figure, behind one interface: drawn from data, and finished pictures."""

from __future__ import annotations

import base64
import io
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from iclnb.kinds import guarded

from . import grid, limits
from .looks import Wardrobe
from .model import Axes, Frame, Parameter, Value
from .payload import Payload, describe_axes, pack

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@runtime_checkable
class Source(Protocol):
    """What an Explorer needs to know of the thing it shows."""

    kind: str
    max_bytes: int

    def at(self, values: Mapping[str, Value]) -> object:
        """The callback's own answer."""

    def about(self) -> Payload:
        """What is the same for all values."""

    def packed(self, values: Mapping[str, Value]) -> Payload:
        """One state, as data for the script."""

    def payload(self) -> Payload:
        """All points of the grid, as data for the script."""


@guarded
class DrawnSource:
    """Marks computed at every point of the grid; the axes stay fixed.

    The grid is computed once, when it is first needed: for a limit that is not given, or for the
    page.
    """

    kind = "drawn"
    max_bytes = 500_000

    def __init__(
        self,
        compute: Callable[..., Frame],
        parameters: Sequence[Parameter],
        axes: Sequence[Axes],
    ) -> None:
        if not all(isinstance(a, Axes) for a in axes):
            raise TypeError("axes must be Axes, or a tuple of them")
        if not 1 <= len(axes) <= 3:
            raise ValueError(f"axes must be one to three, got {len(axes)}")
        self._compute = compute
        self._parameters = tuple(parameters)
        self._given = tuple(axes)
        self._wardrobe = Wardrobe()
        self._frames: list[Frame] | None = None
        self._axes: tuple[Axes, ...] | None = None

    def at(self, values: Mapping[str, Value]) -> Frame:
        """The frame at one point, checked against the axes."""
        frame = self._compute(**values)
        if not isinstance(frame, Frame):
            raise TypeError(f"compute must return a Frame, got {type(frame).__name__}")
        limits.check_frame(frame, self._given)
        return frame

    def _grid(self) -> list[Frame]:
        if self._frames is None:
            self._frames = [self.at(values) for values in grid.points(self._parameters)]
            self._wardrobe.add(self._frames)
        return self._frames

    def axes(self) -> tuple[Axes, ...]:
        """The axes with all limits filled."""
        if self._axes is None:
            missing = any(a.xlim is None or a.ylim is None for a in self._given)
            if not missing:  # colours are seen in the first frame
                first = self.at(grid.default(self._parameters))
                missing = any(
                    limits.coloured(m) and self._given[m.panel].zlim is None for m in first.curves
                )
            self._axes = limits.fill(self._given, self._grid()) if missing else self._given
        return self._axes

    def about(self) -> Payload:
        """Kind and axes."""
        return {"kind": self.kind, "axes": describe_axes(self.axes())}

    def packed(self, values: Mapping[str, Value]) -> Payload:
        """Arrays, series and the one frame."""
        axes = self.axes()
        frame = self.at(values)
        self._wardrobe.add([frame])
        return pack([frame], axes, self._wardrobe)

    def payload(self) -> Payload:
        """Rounded data of the whole grid."""
        axes, frames = self.axes(), self._grid()
        return self.about() | pack(frames, axes, self._wardrobe)


@guarded
class PictureSource:
    """Finished pictures, drawn one by one and closed at once."""

    kind = "pictures"
    max_bytes = 1_500_000
    _DPI = 110

    def __init__(self, draw: Callable[..., Figure], parameters: Sequence[Parameter]) -> None:
        if not callable(draw):
            raise TypeError(f"draw must be a function, got {type(draw).__name__}")
        self._draw = draw
        self._parameters = tuple(parameters)

    def at(self, values: Mapping[str, Value]) -> Figure:
        """The figure that the callback draws."""
        from matplotlib.figure import Figure

        figure = self._draw(**values)
        if not isinstance(figure, Figure):
            raise TypeError(f"draw must return a matplotlib Figure, got {type(figure).__name__}")
        return figure

    def about(self) -> Payload:
        """The kind; there are no axes."""
        return {"kind": self.kind, "axes": []}

    def _png(self, values: Mapping[str, Value]) -> bytes:
        """The figure as PNG; the figure itself is closed."""
        import matplotlib as mpl

        figure, buffer = self.at(values), io.BytesIO()
        try:
            with mpl.rc_context({"savefig.bbox": None}):
                figure.savefig(buffer, format="png", dpi=self._DPI, metadata={"Software": None})
        finally:
            pyplot = sys.modules.get("matplotlib.pyplot")
            if pyplot is not None:
                pyplot.close(figure)
        return buffer.getvalue()

    def packed(self, values: Mapping[str, Value]) -> Payload:
        """The one picture in base64."""
        png = base64.b64encode(self._png(values)).decode("ascii")
        return {"frames": [{"summary": grid.describe(self._parameters, values), "png": png}]}

    def payload(self) -> Payload:
        """All pictures; they must have one size and fit into the limit together."""
        states: list[dict[str, Any]] = []
        size, total = None, 0
        for values in grid.points(self._parameters):
            state = self.packed(values)["frames"][0]
            total += len(state["png"])
            if total > self.max_bytes:
                raise ValueError(
                    f"the pictures exceed {self.max_bytes} bytes after {len(states) + 1} of "
                    f"{grid.size(self._parameters)}; use smaller figures or fewer values"
                )
            here = _png_size(base64.b64decode(state["png"][:44]))
            if size not in (None, here):
                raise ValueError(
                    f"draw must return figures of one size, got {size} and {here} pixels"
                )
            size = here
            states.append(state)
        return self.about() | {"frames": states}


def _png_size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels, as the header says."""
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
