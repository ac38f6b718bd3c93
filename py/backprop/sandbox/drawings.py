"""A stand-in for matplotlib.pyplot that draws nothing: it keeps each call as plain data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from backprop.sandbox.drawing_calls import SILENT, Collected, Drawing, Grid, NotPlain, Quiet, plain

# fmt: off
# Calls that are drawn.
_DRAWN = (
    "plot", "scatter", "imshow", "matshow", "contourf", "contour", "pcolormesh", "bar", "barh", "hist",
    "semilogy", "semilogx", "loglog", "step", "fill_between", "axhline", "axvline", "text", "legend", "grid",
    "colorbar", "axis", "suptitle",
)
_SET = ("title", "xlabel", "ylabel", "xlim", "ylim", "xticks", "yticks", "xscale", "yscale")  # ax.set_title, …
# fmt: on


class Axes:
    """A panel of a figure: ax.plot, ax.set_title, …"""

    def __init__(self, pyplot: Pyplot, figure: int, panel: Grid) -> None:
        self._pyplot = pyplot
        self._figure = figure
        self._panel = panel

    def __getattr__(self, name: str) -> Any:
        called = name.removeprefix("set_")
        if name.startswith("__"):
            raise AttributeError(name)
        if name in _DRAWN or called in _SET:
            return lambda *args, **options: self._pyplot.draw(self, called, args, options)
        return Quiet(f"ax.{name}", self._pyplot.collected)

    def set(self, **options: Any) -> None:
        """ax.set(title="loss", xlabel="iteration")."""
        for name, value in options.items():
            getattr(self, f"set_{name}")(value)

    def twinx(self) -> Axes:
        """A second vertical axis: drawn into the same panel."""
        return self

    def cla(self) -> None:
        """Forget what was drawn into this panel."""
        self._pyplot.forget(self._figure, self._panel)

    clear = cla


class Figure:
    """A figure: fig.add_subplot, fig.suptitle, fig.colorbar."""

    def __init__(self, pyplot: Pyplot, number: int) -> None:
        self._pyplot = pyplot
        self.number = number

    def add_subplot(self, *place: Any, **options: Any) -> Axes | Quiet:
        """A panel, as plt.subplot returns it."""
        return self._pyplot.panel(self.number, place, options)

    def subplots(self, *shape: Any, **options: Any) -> Any:
        """All panels, as plt.subplots."""
        return self._pyplot.panels(self.number, *_shape(shape, options))

    def gca(self, **options: Any) -> Axes:
        """The panel that is drawn into."""
        return self._pyplot.axes

    def clf(self, *args: Any, **options: Any) -> None:
        """Forget what was drawn into this figure."""
        self._pyplot.forget(self.number)

    clear = clf

    def show(self, *args: Any, **options: Any) -> None:
        """Nothing to do: a page shows what is collected."""

    def savefig(self, *args: Any, **options: Any) -> None:
        """Nothing is written: a page shows what is collected."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in ("suptitle", "colorbar", "legend"):
            axes = self._pyplot.axes
            return lambda *args, **options: self._pyplot.draw(axes, name, args, options)
        return Quiet(f"fig.{name}", self._pyplot.collected)


def _grid(place: tuple[Any, ...]) -> Grid:
    """(2, 1, 2) and 212 are the second of two rows; anything else is the whole figure."""
    digits: tuple[Any, ...] = place
    if len(place) == 1 and isinstance(place[0], int) and 111 <= place[0] <= 999:
        digits = tuple(int(digit) for digit in str(place[0]))
    if len(digits) == 3 and isinstance(digits[2], tuple | list) and digits[2]:
        digits = (*digits[:2], digits[2][0])
    if len(digits) == 3 and all(isinstance(digit, int | np.integer) and digit > 0 for digit in digits):
        return int(digits[0]), int(digits[1]), int(digits[2])
    return 1, 1, 1


def _shape(shape: tuple[Any, ...], options: dict[str, Any]) -> tuple[int, int]:
    rows, columns = (*shape, 1, 1)[:2] if len(shape) != 1 else (shape[0], 1)
    rows, columns = options.get("nrows", rows), options.get("ncols", columns)
    most = 50
    return min(max(int(rows), 1), most), min(max(int(columns), 1), most)


def _histogram(
    quiet: Quiet, values: Any = (), bins: Any = 10, *others: Any, **options: Any
) -> tuple[Any, Any, Quiet]:
    """Counts, edges and bars, as plt.hist gives."""
    try:
        return (*np.histogram(np.asarray(values, float).ravel(), bins), quiet)
    except Exception:  # of an object of the program's own
        return np.zeros(0), np.zeros(0), quiet


class Pyplot:
    """The functions of matplotlib.pyplot, and which figure and panel they draw into."""

    def __init__(self, collected: Collected) -> None:
        self.collected = collected
        self.parameters: dict[str, Any] = {}
        self.number = 1
        self.axes = Axes(self, 1, (1, 1, 1))

    def functions(self) -> dict[str, Any]:
        """All names of the module that are more than nothing."""
        drawn = {name: self._drawing(name) for name in (*_DRAWN, *_SET)}
        silent = dict.fromkeys(SILENT, self.nothing)
        own = {name: getattr(self, name) for name in _OWN} | {"axes": self.new_axes}
        return {**drawn, **silent, **own, "rcParams": self.parameters, "Figure": Figure, "Axes": Axes}

    def _drawing(self, name: str) -> Callable[..., Any]:
        return lambda *args, **options: self.draw(self.axes, name, args, options)

    def draw(self, axes: Axes, name: str, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """Keep a call as plain data; give back what a program may unpack."""
        try:
            arguments = [plain(value) for value in args]
            kept = {key: value for key, value in options.items() if not isinstance(value, Axes | Figure)}
            named = {key: plain(value) for key, value in kept.items()}
        except (NotPlain, RecursionError):
            self.collected.remember(f"plt.{name}")
        else:
            self.collected.add(Drawing(name, axes._figure, axes._panel, arguments, named))
        return self._result(name, args, options)

    def _result(self, name: str, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
        quiet = Quiet(f"plt.{name}()", self.collected)
        if name in ("plot", "semilogy", "semilogx", "loglog", "step"):
            data = [value for value in args if not isinstance(value, str)]
            return [quiet] * max(1, len(data) // 2)
        return _histogram(quiet, *args, **options) if name == "hist" else quiet

    def nothing(self, *args: Any, **options: Any) -> None:
        """A call that changes nothing in what is drawn."""

    def at(self, figure: int, panel: Grid) -> Axes:
        """Draw into this panel from now on."""
        self.number = figure
        self.axes = Axes(self, figure, panel)
        return self.axes

    def panels(self, figure: int, rows: int, columns: int) -> Any:
        """An Axes, or an array of them, as plt.subplots returns."""
        grid = np.empty((rows, columns), object)
        for index in range(rows * columns):
            grid[divmod(index, columns)] = Axes(self, figure, (rows, columns, index + 1))
        self.number, self.axes = figure, grid[0, 0]
        return grid[0, 0] if grid.size == 1 else grid.squeeze()

    def forget(self, figure: int, panel: Grid | None = None) -> None:
        """Take away what was drawn into a figure, or into one panel of it."""
        self.collected.drawings[:] = [
            drawing
            for drawing in self.collected.drawings
            if drawing.figure != figure or panel not in (None, drawing.panel)
        ]

    def _last(self) -> int:
        return max([0, *(drawing.figure for drawing in self.collected.drawings)])

    # --- the module's functions that are more than one drawing ---

    def figure(self, number: Any = None, *args: Any, **options: Any) -> Figure:
        """A new figure, or the one with this number."""
        new = self._last() + 1
        self.at(number if isinstance(number, int) and number > 0 else new, (1, 1, 1))
        return Figure(self, self.number)

    def subplot(self, *place: Any, **options: Any) -> Axes | Quiet:
        """plt.subplot(2, 1, 2), plt.subplot(212)."""
        return self.panel(self.number, place, options)

    def panel(self, figure: int, place: tuple[Any, ...], options: dict[str, Any]) -> Axes | Quiet:
        """A panel; one of three dimensions, or a polar one, takes every call and draws nothing."""
        projection = options.get("projection")
        if projection is not None and projection != "rectilinear":
            return Quiet(f"ax({projection})", self.collected)
        return self.at(figure, _grid(place))

    def new_axes(self, *place: Any, **options: Any) -> Axes | Quiet:
        """plt.axes(): the whole figure."""
        return self.panel(self.number, (), options)

    def subplots(self, *shape: Any, **options: Any) -> tuple[Figure, Any]:
        """fig, ax = plt.subplots(); fig, (a, b) = plt.subplots(1, 2)."""
        figure = self.figure()
        return figure, self.panels(figure.number, *_shape(shape, options))

    def gca(self, *args: Any, **options: Any) -> Axes:
        """The panel that is drawn into."""
        return self.axes

    def gcf(self) -> Figure:
        """The figure that is drawn into."""
        return Figure(self, self.number)

    def sca(self, axes: Any) -> None:
        """Draw into these axes from now on."""
        if isinstance(axes, Axes):
            self.axes, self.number = axes, axes._figure

    def clf(self) -> None:
        """Forget what was drawn into the figure."""
        self.forget(self.number)

    def cla(self) -> None:
        """Forget what was drawn into the panel."""
        self.axes.cla()

    def show(self, *args: Any, **options: Any) -> None:
        """The next drawing goes into a new figure."""
        self.at(self._last() + 1, (1, 1, 1))

    def close(self, *args: Any, **options: Any) -> None:
        """Drawings stay; the next one goes into a new figure."""
        self.show()

    def savefig(self, *args: Any, **options: Any) -> None:
        """Nothing is written: a page shows what is collected."""


_OWN = ("figure", "subplot", "subplots", "gca", "gcf", "sca", "clf", "cla", "show", "close", "savefig")
