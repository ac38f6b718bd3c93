"""The lens of a lesson: which of the program's names is which quantity of the network.

A lens is data, kept in the lesson's `lesson.toml`:

    [lens]
    iteration = "epoch"                 # the loop whose every turn is one iteration
    [lens.names]
    "delta[j]" = { quantity = "delta" } # one item for each node
    "w[j, i]"  = { quantity = "w" }     # one item for each connection, target first
    "h" = { quantity = "a", node = 2 }  # one number of one node
    "y" = { quantity = "a", node = "output" }  # of the output node, whichever number that has in this network
    wo = { quantity = "w", edge = [3, 2] }  # one connection, target first
    "eta" = { quantity = "eta" }
    "alpha" = { quantity = "eta", optional = true }  # nothing is missing where there is none

Programs that compute a layer at a time name arrays instead; then `samples` says whether a row or a
column of them is one sample:

    l1 = { quantity = "a", layer = 1 }                       # always this layer
    syn0 = { quantity = "w", layer = 1, transposed = true }  # [from, to] instead of [to, from]
    z = { quantity = "net", layer = "forward" }              # one layer after the other, upwards
    delta = { quantity = "delta", layer = "back", sign = -1 }  # downwards; dE/dnet without our minus
    weights = { quantity = "w", layer = "all" }              # a list with one array for each layer
    W = { quantity = "w", layer = "all", biases = "last" }   # whose last columns are the biases
    target = { quantity = "t", layer = "last" }              # the output layer, whichever that is

A name is found wherever the program assigns to it: as a variable (`delta[8] = …`), or as an
attribute of any object (`self.delta[8] = …`), in module code, functions and methods alike.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from backprop.topology import OUTPUT, QUANTITIES, Ref, Topology

LESSONS = Path(__file__).resolve().parent
OWN = "own"  # in place of a lesson: a program of the reader's own
COMPUTED = {*QUANTITIES} - {"w", "b", "t", "eta"}  # for one sample, on its way through the network


@dataclass(frozen=True)
class Watch:
    """A variable of the program that the lens watches.

    `items` is how many indices an item of it takes, 0 for a plain variable; `node` whose number it
    is (`OUTPUT`: the first output node's), of a weight the connection; `layer` which layer's array;
    `biases` whether the array's last column is the biases. `sign` is -1 where the program's number is
    ours with the other sign; `optional` whether the lesson's own programs do without it.
    """

    name: str
    base: str
    quantity: str
    items: int
    node: int | str | tuple[int, int] | None
    layer: int | str | None
    transposed: bool
    biases: bool
    sign: int
    optional: bool

    @property
    def place(self) -> int | str | None:
        """The layer it always stands for; None where it stands for many, or for single nodes."""
        return self.layer if isinstance(self.layer, int) or self.layer == "last" else None

    def ref(self, index: Any = None) -> Ref | None:
        """The quantity that `base[index]` is, or None if the index names no node or connection.

        Its node may be `OUTPUT`, which stands for a number once the network is known: see `resolved`.
        """
        if not self.items:
            node: Any = self.node
            return (self.quantity, node)
        keys = index if isinstance(index, tuple) else (index,)
        if len(keys) != self.items or not all(isinstance(key, (int, np.integer)) for key in keys):
            return None
        return (self.quantity, tuple(map(int, keys)) if self.items == 2 else int(keys[0]))


@dataclass(frozen=True)
class Lens:
    """All the watched names of a lesson, the loop that counts, the network to draw at first, the names
    of other variables whose values the recording keeps, and which of these names the error ("squared" or
    "cross-entropy")."""

    lesson: str
    iteration: str
    watches: Mapping[str, Watch]
    topology: Topology
    activation: str
    samples: str
    keeps: tuple[str, ...]
    cost: str | None

    @property
    def has_layers(self) -> bool:
        """True if its programs compute whole layers, not node by node."""
        return any(watch.layer is not None for watch in self.watches.values())

    def watch(self, target: ast.expr) -> tuple[Watch, list[ast.expr]] | None:
        """The watch on an expression, with the indices it is read at; None if it is not watched.

        `w[8, 4]`, `w[8][4]` and `self.w[8, 4]` all give w's watch and the indices 8 and 4.
        """
        indices: list[ast.expr] = []
        while isinstance(target, ast.Subscript):
            inner = target.slice
            indices[:0] = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            target = target.value
        base = (
            target.id
            if isinstance(target, ast.Name)
            else target.attr
            if isinstance(target, ast.Attribute)
            else None
        )
        watch = self.watches.get(base) if base else None
        return (watch, indices) if watch else None


def _watch(name: str, entry: Mapping[str, Any]) -> Watch:
    expression = ast.parse(name, mode="eval").body
    items = 0
    if isinstance(expression, ast.Subscript):
        items = len(expression.slice.elts) if isinstance(expression.slice, ast.Tuple) else 1
        expression = expression.value
    if not isinstance(expression, ast.Name) or entry["quantity"] not in QUANTITIES:
        raise ValueError(f"the lens cannot watch {name!r} as {entry['quantity']!r}")
    if isinstance(entry.get("node"), str) and entry["node"] != OUTPUT:
        raise ValueError(
            f"the lens gives {name!r} the node {entry['node']!r}: wanted a number, or {OUTPUT!r}"
        )
    return Watch(
        name,
        expression.id,
        entry["quantity"],
        items,
        tuple(entry["edge"]) if "edge" in entry else entry.get("node"),
        entry.get("layer"),
        entry.get("transposed", False),
        entry.get("biases") == "last",
        entry.get("sign", 1),
        entry.get("optional", False),
    )


def lessons() -> list[str]:
    """The ids of all lessons, in the order of the course."""
    return sorted(_files(), key=lambda id: lesson_settings(id)["order"])


def lesson_settings(lesson: str) -> dict[str, Any]:
    """The contents of the lesson's `lesson.toml`. Raises ValueError for an unknown lesson, and lists those there are."""
    files = _files()
    if lesson == OWN:
        return _read(LESSONS / "own.toml")
    if not isinstance(lesson, str) or lesson not in files:
        raise ValueError(f"unknown lesson {lesson!r}: wanted one of {', '.join(sorted(files))}")
    return _read(files[lesson])


def data_files(lesson: str) -> dict[str, bytes]:
    """The files of data that a lesson brings, which its programs open by name: {"digits.csv.gz": b"…"}.

    Raises ValueError for an unknown lesson.
    """
    names = lesson_settings(lesson).get("files", ())
    return {name: (LESSONS / lesson / name).read_bytes() for name in names}


# Both are asked for with every chunk of a run.
@cache
def _files() -> dict[str, Path]:
    return {path.parent.name: path for path in LESSONS.glob("*/lesson.toml")}


@cache
def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def lens_of(lesson: str) -> Lens:
    """The lens of a lesson. Raises ValueError for an unknown lesson."""
    settings = lesson_settings(lesson)
    names = settings["lens"]["names"]
    watches = {watch.base: watch for watch in (_watch(name, entry) for name, entry in names.items())}
    network = settings["network"]
    return Lens(
        lesson,
        settings["lens"]["iteration"],
        watches,
        Topology.from_sizes(network["layers"]),
        network["activation"],
        settings["lens"].get("samples", "rows"),
        tuple(settings["lens"].get("keeps", ())),
        settings["lens"].get("cost"),
    )


def entries(watch: Watch, index: Any, value: Any) -> Iterator[tuple[Ref, Any]]:
    """Open what was assigned into single quantities: `delta[8] = …`, `w[8, 4:8] = …`, `b = {…}`.

    `index` is None when the whole container was assigned, and shorter than it might be when a row of
    it was. Items that name no node are passed over.
    """
    given = () if index is None else index if isinstance(index, tuple) else (index,)
    if len(given) < watch.items:
        for key, item in _items(value, watch.items - len(given)):
            whole = (*given, *(key if isinstance(key, tuple) else (key,)))
            if (ref := watch.ref(whole if len(whole) > 1 else whole[0])) is not None:
                yield ref, item
    elif (ref := watch.ref(index)) is not None:
        yield ref, value
    else:
        yield from _slice_entries(watch, index, value)


def _items(container: Any, depth: int) -> Iterator[tuple[Any, Any]]:
    """Every (index, item) of a dict, list or array, `depth` indices deep."""
    if isinstance(container, np.ndarray) and container.ndim == depth:
        for place, item in np.ndenumerate(container):
            yield (place if depth > 1 else place[0]), item
        return
    for key, item in pairs_of(container):
        if depth == 1 or isinstance(key, tuple):
            yield key, item
        else:
            for rest, inner in _items(item, depth - 1):
                yield (key, *(rest if isinstance(rest, tuple) else (rest,))), inner


def pairs_of(container: Any) -> Iterable[tuple[Any, Any]]:
    """Every (index, item) of a dict, a list or an array, without a call of what a subclass of them has made its own; of
    every other object none."""
    kind = type(container)
    if issubclass(kind, dict):
        return dict.items(container)
    if issubclass(kind, list):
        return enumerate(list.__iter__(container))
    if issubclass(kind, tuple):
        return enumerate(tuple.__iter__(container))
    return enumerate(np.asarray(container)) if issubclass(kind, np.ndarray) else ()


def _slice_entries(watch: Watch, index: Any, value: Any) -> Iterator[tuple[Ref, Any]]:
    """Items set by a slice or a list of indices, in the order of the values."""
    values = np.asarray(value)
    keys = index if isinstance(index, tuple) else (index,)
    spans = []
    axis = 0
    for key in keys:
        if isinstance(key, (int, np.integer)):
            spans.append([int(key)])
            continue
        if axis >= values.ndim:
            return
        size = values.shape[axis]
        axis += 1
        if isinstance(key, slice):
            start, step = key.start or 0, key.step or 1
            spans.append([start + step * k for k in range(size)])
        elif isinstance(key, (list, np.ndarray)) and len(key) == size:
            spans.append([int(k) for k in key])
        else:
            return
    places = np.stack(np.meshgrid(*spans, indexing="ij"), axis=-1).reshape(-1, len(spans)).tolist()
    for place, item in zip(places, values.ravel()):
        if (ref := watch.ref(tuple(place) if len(place) > 1 else place[0])) is not None:
            yield ref, item
