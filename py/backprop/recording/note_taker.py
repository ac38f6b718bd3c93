"""The functions that the instrumented program calls: each appends to the log what was assigned.

A plain number is appended without any of them (the hook NOTE is the log's own `extend`). They are for what needs a look:
a container, a list of arrays, several arrays at once, a change under another name.
"""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from types import FrameType
from typing import Any, NamedTuple

import numpy as np

from backprop.lessons.lens import COMPUTED, Lens, entries, pairs_of
from backprop.model.recording import Array
from backprop.recording.facade import CheckedRecording
from backprop.recording.hooks import (
    ANY_ERROR,
    CHANGED,
    EXCEPTION,
    IS_AFTER,
    JOIN,
    LEN,
    LOST,
    MOST_TOGETHER,
    NOTE,
    PASS_THROUGH,
    SLICE,
    SLOW_NOTE,
    STORED,
    TOGETHER,
    VALIDATED,
)
from backprop.recording.interpret import Reader
from backprop.recording.notes import Layer, Notes, Opened, Part, bare, floats, number, stored
from backprop.recording.sites import NotedTogether, Site
from backprop.recording.turns import Turns
from backprop.sandbox.operands import attributes_of

# Makes the object that says of each turn what is noted of it, from the log and the value of a mark.
MakeTurns = Callable[[list[Any], Any], Turns]

# Numbers from here on stand in the log for several sites whose arrays were noted together.
FIRST_JOINED = MOST_TOGETHER


class _Joined(NamedTuple):
    """Arrays that were noted together: their sites, how many numbers each had, and of which type."""

    sites: tuple[int, ...]
    sizes: tuple[int, ...]
    types: tuple[np.dtype[Any], ...]


class NoteTaker(ABC):
    """Takes the notes of a program: `hooks` are its functions, `log` is the flat list `site, index, value, site, …`."""

    _reader: Reader

    def __init__(
        self, lens: Lens, namespace: Mapping[str, Any], recording: CheckedRecording, turns: MakeTurns
    ) -> None:
        self.lens = lens
        self.recording = recording
        self._namespace = namespace
        self._containers: dict[str, Any] = {}  # by name, the last one assigned as a whole
        self._more_sites: dict[tuple[int, str], int] = {}
        self.sites: list[Site] = []
        self.log: list[Any] = []
        # The value of a mark is of the kind that the log's other values are.
        self.turns = turns(self.log, b"" if lens.has_layers else 0.0)
        self._changed_sites: dict[
            int, set[int]
        ] = {}  # by gate, of each change under another name that has been made
        self._gate = 0
        self._looks = 0  # how many notes needed a look
        self._validated: dict[int, int] = {}  # since the last drain: the sites of arrays
        self._joined: list[_Joined] = []
        self._noted_together: list[NotedTogether] = []
        self.hooks: dict[int, Any] = {
            STORED: stored,
            NOTE: self.log.extend,
            SLOW_NOTE: self._note_slowly,
            LOST: self._lost,
            PASS_THROUGH: self._pass_through,
            CHANGED: self._changed,
            VALIDATED: self._validated,
            LEN: len,
            SLICE: slice,
            EXCEPTION: Exception,
            JOIN: b"".join,
            TOGETHER: self._together,
            IS_AFTER: _is_after,
            ANY_ERROR: BaseException,
            **self.turns.hooks,
        }

    @abstractmethod
    def drain(self, finished: bool = False) -> None:
        """Lay down every iteration that is complete; with `finished`, the one that was cut short too."""

    def _pass_through(self, site: int, value: Any) -> Any:
        """Note what `:=` assigns, and hand it on."""
        try:
            self._note_slowly(site, None, value)
        except Exception:  # whatever the value is, the program goes on with it
            self._lost(site)
        return value

    def _note_slowly(self, site: int, index: Any, value: Any) -> None:
        """The slow way to note a value: a container, a row, a list of arrays, or an array whose dtype and shape must be
        validated first (or again, now and then).
        """
        self._looks += 1
        watch = self.sites[site].watch
        one_layer = watch.layer not in (None, "all") and index is None
        is_array = issubclass(type(value), (np.ndarray, np.generic)) and type(value).__module__ != "__main__"
        if one_layer and is_array and is_real(value.dtype):
            self._validated[site] = site  # from here on its arrays are noted without a look
            self._saw({(site, None): value.shape})
            self.log.extend((site, value.dtype, value.tobytes()))
            return
        if index is None:
            self._containers[watch.base] = value
        if watch.layer is not None:
            return self._note_arrays(site, index or (), value)
        found = [(ref, number(item)) for ref, item in entries(watch, index, value)]
        made_ready = index is None and watch.items and watch.quantity in COMPUTED
        if made_ready and not any(item for _, item in found):
            return  # an empty or zeroed container: nothing is computed yet
        for ref, item in found:
            self.log.extend((site, Opened(ref), item))

    def _together(self, number: int, arrays: tuple[Any, ...]) -> None:
        """Note several arrays as one, after a look at each. Raises TypeError if that is not what they are."""
        if not all(type(one) is np.ndarray and one.ndim and is_real(one.dtype) for one in arrays):
            raise TypeError("not arrays of real numbers")
        sites, same_kinds = self._noted_together[number - 1]
        joined = _Joined(sites, tuple(one.size for one in arrays), tuple(one.dtype for one in arrays))
        met_before = joined in self._joined
        if not met_before:
            self._joined.append(joined)
        site = FIRST_JOINED + self._joined.index(joined)
        self._saw({(one, None): of_one.shape for one, of_one in zip(sites, arrays)})
        value = b"".join(one.tobytes() for one in arrays)
        # An array keeps its dtype from the second turn on; in the first turn the variable may have held a plain number.
        if met_before and len(value) < MOST_TOGETHER:
            self._validated[number * MOST_TOGETHER + (0 if same_kinds else len(value))] = site
        kinds = None if same_kinds else tuple(part for one in arrays for part in (one.dtype, len(one)))
        self.log.extend((site, kinds, value))

    def _saw(self, shapes: dict[tuple[int, int | None], tuple[int, ...]]) -> None:
        """Remember the shapes of sites' arrays; what was noted of a site with another shape is laid down first."""
        for key, shape in shapes.items():
            steady = key[1] is not None or isinstance(self.sites[key[0]].watch.layer, int)
            if steady and self._reader.shapes.get(key, shape) != shape:
                self.drain()
        self._reader.shapes.update(shapes)

    def _separated(self, notes: Notes) -> Notes:
        """The notes with arrays that were noted together taken apart again."""
        if max(notes.sites, default=0) < FIRST_JOINED:
            return notes
        separated = Notes([], [], [])
        for site, index, value in notes:
            if site < FIRST_JOINED:
                separated.add(site, index, value)
                continue
            at = 0
            sites, sizes, types = self._joined[site - FIRST_JOINED]
            for one, size, kind in zip(sites, sizes, index[::2] if index else types):
                separated.add(one, kind, value[at : at + size * kind.itemsize])
                at += size * kind.itemsize
        return separated

    def _note_arrays(self, site: int, keys: tuple[Any, ...], value: Any) -> None:
        """Note a layer's array, or those in a list with one for each layer; `keys` lead to what was set of it."""
        if self.sites[site].watch.layer != "all":
            return self._note_array(site, None, value, keys)
        pairs = list(pairs_of(value))
        names, arrays = [name for name, _ in pairs], [array for _, array in pairs]
        first, *others = keys or (slice(None),)
        if isinstance(first, tuple):  # weights[0, 2] of a list that is an array itself
            first, others = first[0], [first[1:], *others]
        chosen = names[first] if isinstance(first, slice) else [first]
        for name in chosen:
            layer = names.index(name) if name in names else range(len(names))[name]
            if arrays[layer] is not None:  # a place that is kept for an array
                self._note_array(site, layer + 1, arrays[layer], tuple(others))

    def _note_array(self, site: int, layer: int | None, value: Any, keys: tuple[Any, ...] = ()) -> None:
        item = floats(value)
        self._saw({(site, layer): item.shape})
        index: Any = None if layer is None else Layer(layer)
        if keys:
            at = np.arange(item.size).reshape(item.shape)
            for key in keys:
                at = at[key]
            index = Part(layer, item.size, tuple(np.ravel(at).tolist()))
            item = item.ravel()[np.ravel(at)]
        self.log.extend((site, index, item.tobytes()))

    def _changed(self, gate: int, line: int, keys: tuple[Any, ...], in_place: bool, value: Any) -> None:
        """Note again what was changed under another name; `keys` lead to what was set of it, or changed `in_place`."""
        self._gate = gate
        self._changed_sites.setdefault(gate, set())
        for base, held in self._containers.items():
            if held is value:
                return self._changed_container(line, base, keys, value)
        for key in keys if in_place else keys[:-1]:
            if issubclass(type(value), (list, tuple, dict)):  # deltas[0][7, 1] = …
                value = stored(value, key)
        if issubclass(type(value), np.ndarray) and bare(value).ndim:
            for base, held in _in_reach(self.lens.watches, self._namespace, sys._getframe(1)):
                for layer, array in enumerate(held, 1) if type(held) is list else [(None, held)]:
                    if issubclass(type(array), np.ndarray) and np.may_share_memory(array, value):
                        self._changed_array(line, base, layer, array)

    def _changed_container(self, line: int, base: str, keys: tuple[Any, ...], value: Any) -> None:
        watch = self.lens.watches[base]
        if watch.layer is not None:
            return self._note_arrays(self._site_of(line, base), keys, value)
        if not keys:
            return self._notice({"id": "changed-unseen", "name": watch.name})
        index = [part for key in keys for part in (key if isinstance(key, tuple) else (key,))]
        for key in keys:
            value = stored(value, key)
        self._note_slowly(self._site_of(line, base), tuple(index) if len(index) > 1 else index[0], value)

    def _changed_array(self, line: int, base: str, layer: int | None, value: Array) -> None:
        watch = self.lens.watches[base]
        if watch.layer is not None:
            return self._note_array(self._site_of(line, base), layer, value)
        self._notice({"id": "changed-unseen", "name": watch.name})

    def _site_of(self, line: int, base: str) -> int:
        """The site for a change of `base` under another name, by the statement of `_gate`; made when it is first needed."""
        if (line, base) not in self._more_sites:
            self._more_sites[line, base] = len(self.sites)
            self.sites.append(Site(line, self.lens.watches[base], [], None, True))
        self._changed_sites[self._gate].add(self._more_sites[line, base])
        return self._more_sites[line, base]

    def _lost(self, site: int) -> None:
        """Say, once, that what a line assigned could not be followed."""
        where = self.sites[site]
        self._notice({"id": "unfollowed", "name": where.watch.name, "line": where.line})

    def _no_node(self, site: int, index: Any) -> None:
        """Say, once, that an index names no node or connection of the network."""
        where = self.sites[site]
        if where.watch.quantity in COMPUTED and not isinstance(index, Opened):
            told = {"name": where.watch.name, "line": where.line, "index": repr(index)}
            self._notice({"id": "no-node", **told})

    def _notice(self, notice: dict[str, Any]) -> None:
        if notice not in self.recording.notices:
            self.recording.notices.append(notice)


def _is_after(line: int) -> bool:
    """True if the error being handled came from a line after this one."""
    error = sys.exception()
    return bool(error and error.__traceback__ and error.__traceback__.tb_lineno > line)


def is_real(kind: np.dtype[Any]) -> bool:
    """True for real numbers and booleans."""
    return kind.kind in "fiub"


def _in_reach(names: Collection[str], program: Mapping[str, Any], frame: FrameType) -> list[tuple[str, Any]]:
    """The values of these names, as variables or as attributes of variables, in the program's calls up to here."""
    found: dict[tuple[str, int], Any] = {}
    here: FrameType | None = frame
    while here and here.f_globals is program:
        variables = here.f_locals
        objects = [value for value in variables.values() if type(value).__module__ == "__main__"]
        for space in [variables, *map(attributes_of, objects)]:
            found |= {(name, id(space[name])): space[name] for name in names if name in space}
        here = here.f_back
    return [(name, value) for (name, _), value in found.items()]
