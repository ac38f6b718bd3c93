"""The drawings of a program as plain data: each call of matplotlib.pyplot with its arguments."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

MOST_DRAWINGS = 500
"""Calls that are kept; a program may plot in each of its iterations."""
MOST_VALUES = 10_000
"""Numbers kept of one array; a longer one is thinned evenly."""
MOST_NUMBERS = 400_000
"""Numbers kept of all drawings together."""

Plain = Any  # None, bool, int, float, str, and lists and dicts of them: what JSON has
Grid = tuple[int, int, int]

# fmt: off
# Calls that change nothing in what a page would draw.
SILENT = (
    "pause", "draw", "ion", "ioff", "isinteractive", "tight_layout", "subplots_adjust",
    "rc", "switch_backend", "set_aspect", "autofmt_xdate", "minorticks_on", "tick_params", "set_size_inches",
)
SILENT_PARTS = frozenset((
    "style", "cm", "colors", "colormaps", "ticker", "use", "set", "set_style",
    "set_theme", "set_context", "set_palette", "get_cmap", "canvas", "patch", "spines",
))
# fmt: on


@dataclass(frozen=True)
class Drawing:
    """A call of a drawing function, as plain data that JSON can hold.

    Drawing("plot", figure=1, panel=(2, 1, 2), arguments=[[0.9, 0.5]], options={"label": "loss"}): the
    second of two panels, one above the other. A number that is not finite is None.
    """

    call: str
    figure: int
    panel: Grid
    """Rows, columns, and the panel's number from 1, as in plt.subplot."""
    arguments: list[Plain]
    options: dict[str, Plain]

    def as_json(self) -> dict[str, Plain]:
        """Its fields by name. A new dict: in Python 3.13 the garbage collector empties the lists in one of vars()."""
        return dict(vars(self))


@dataclass
class Collected:
    """The drawings of one run, and the calls that are not drawn."""

    drawings: list[Drawing] = field(default_factory=list)
    unsupported: list[str] = field(default_factory=list)
    dropped: int = 0
    """Calls beyond MOST_DRAWINGS or MOST_NUMBERS."""
    _numbers: int = 0

    def add(self, drawing: Drawing) -> None:
        """Keep a drawing if there is room."""
        numbers = self._numbers + sum(map(_size, drawing.arguments))
        if len(self.drawings) < MOST_DRAWINGS and numbers <= MOST_NUMBERS:
            self.drawings.append(drawing)
            self._numbers = numbers
        else:
            self.dropped += 1

    def remember(self, name: str) -> None:
        """`name` was called and is not drawn."""
        if name not in self.unsupported and len(self.unsupported) < MOST_DRAWINGS:
            self.unsupported.append(name)

    def notices(self) -> list[dict[str, Any]]:
        """The notices about calls that the page cannot draw."""
        said: list[dict[str, Any]] = []
        if self.unsupported:
            said.append({"id": "undrawn", "names": ", ".join(self.unsupported[:8])})
        if self.dropped:
            said.append({"id": "drawings-dropped", "calls": self.dropped})
        return said


class Quiet:
    """Has every attribute, can be called, indexed, looped over (no turns) and entered; does nothing.

    A call is remembered as not supported, unless it is one that only changes how a plot looks.
    """

    def __init__(self, name: str, collected: Collected) -> None:
        self._name = name
        self._collected = collected

    def __call__(self, *args: Any, **options: Any) -> Quiet:
        if not SILENT_PARTS & set(self._name.split(".")) and self._name.split(".")[-1] not in SILENT:
            self._collected.remember(self._name)
        return self

    def __getattr__(self, name: str) -> Quiet:
        if name.startswith("__"):
            raise AttributeError(name)
        return Quiet(f"{self._name}.{name}", self._collected)

    def __getitem__(self, key: object) -> Quiet:
        return self

    def __setitem__(self, key: object, value: object) -> None:
        return None

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return True

    def __enter__(self) -> Quiet:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[type, ...]:
        return (object,)  # class Animation(FuncAnimation): …

    def __repr__(self) -> str:
        return self._name


# --- plain data ---


def _size(value: Plain) -> int:
    return sum(map(_size, value)) if isinstance(value, list) else 1


class NotPlain(Exception):
    """A value that cannot be kept as plain data."""


def plain(value: Any) -> Plain:
    """The value as JSON has it: an array as nested lists, thinned to MOST_VALUES. Raises NotPlain."""
    if value is None or type(value) in (bool, int, str):
        return value
    if isinstance(value, float | np.floating):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, np.integer | np.bool_):
        return value.item()
    if isinstance(value, Quiet):
        return repr(value).split(".")[-1]
    if isinstance(value, dict):
        return {str(key)[:40]: plain(item) for key, item in list(value.items())[:100]}
    return _plain_array(value)


def _plain_array(value: Any) -> Plain:
    try:
        array = np.asarray(list(value) if isinstance(value, zip | map | range) else value)
    except Exception:  # of an object of the program's own
        if isinstance(value, list | tuple):
            return [plain(item) for item in value[:MOST_VALUES]]
        raise NotPlain from None
    if array.dtype.kind in "US":
        return [str(item) for item in array.ravel()[:MOST_VALUES]]
    if array.dtype.kind == "O" and isinstance(value, list | tuple):
        return [plain(item) for item in value[:MOST_VALUES]]
    if array.dtype.kind not in "biuf":
        raise NotPlain
    return _finite(_thinned(array).tolist())


def _thinned(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Every n-th element along each long axis, so that about MOST_VALUES are left."""
    while array.size > MOST_VALUES:
        longest = int(np.argmax(array.shape))
        step = 2 if array.ndim > 1 else -(-array.size // MOST_VALUES)
        array = array[(slice(None),) * longest + (slice(None, None, step),)]
    return array


def _finite(values: Any) -> Plain:
    if isinstance(values, list):
        return [_finite(value) for value in values]
    return None if isinstance(values, float) and not math.isfinite(values) else values
