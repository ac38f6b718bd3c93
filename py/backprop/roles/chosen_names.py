"""The names among which a reader may choose: those that the program gives to all inputs, or to all weights, biases or nets
of one layer.

    X = np.array(...)
    for epoch in range(100):
        batch = X                  # the inputs are called X and batch
        z = batch @ W              # the nets of layer 1 are called z

All names of one quantity stand for the same numbers, so no choice among them changes a number or the verdict.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

import numpy as np

from backprop.roles.find import Roles
from backprop.roles.graph import Flags
from backprop.roles.samples import are_side_by_side
from backprop.roles.weights import CONVERSIONS
from backprop.topology import Place, Ref
from backprop.trace.tape import Ids

NAMED = ("input", "w", "b", "net")
MOST_QUANTITIES = 2  # a variable that is everything in turn (the `data` of a class of matrices) tells nothing
_MOST_CONVERSIONS = 4  # of one number, one after the other


def quantity_and_layer(layers: tuple[tuple[int, ...], ...], ref: Ref) -> tuple[str, int] | None:
    """The quantity of a row ("input", "target", "delta", …) and the layer from 0 that a ref belongs to; None for a node
    that is in no layer."""
    quantity, key = ref
    if quantity == "eta":
        return "eta", 0
    node = key[0] if isinstance(key, tuple) else key
    layer = next((number for number, nodes in enumerate(layers) if node in nodes), None)
    if layer is None:
        return None
    if quantity == "factor":
        return "delta", layer
    return {"t": "target"}.get(quantity, "input" if quantity == "a" and layer == 0 else quantity), layer


class ChosenNames:
    """The names of each quantity and layer, with the line that gives it first."""

    def __init__(self, roles: Roles) -> None:
        self.roles = roles
        self.tape = roles.tape
        self.layers = roles.topology.layers

    def of(self, quantity: str, layer: int) -> dict[str, int]:
        """The names of all numbers of a quantity, each with its line."""
        return self._all.get((quantity, layer), {})

    def has(self, quantity: str, layer: int) -> bool:
        """True if the network has this quantity in this layer."""
        return bool(self._refs[quantity, layer])

    def texts(self, quantity: str, layer: int) -> set[str]:
        """The expressions that compute numbers of a quantity."""
        events = (
            self.tape.event(id) for id, (ref, _) in self.places.items() if self._key(ref) == (quantity, layer)
        )
        return {self.tape.text(place) for place in {event.place for event in events} if place}

    @cached_property
    def places(self) -> dict[int, Place]:
        """The place of each id that is one of these quantities, or that is converted to an input, such as a whole
        number."""
        inputs: dict[int, Place] = {}
        for sample, numbers in self.roles.inputs.items():
            for id, number in numbers.items():
                inputs.setdefault(id, (("a", number), sample))
        found = {id: place for id, place in (inputs | self.roles.places).items() if self._key(place[0])}
        for id in inputs.keys() & found.keys():
            for before in self._converted_from(id):
                found.setdefault(before, found[id])
        return found

    def _converted_from(self, id: int) -> Iterator[int]:
        """The ids of the same number before it was put into an array of another type."""
        for _ in range(_MOST_CONVERSIONS):
            event = self.tape.event(id)
            if event.operation not in CONVERSIONS:
                return
            before = self.tape.operands(id)[0]
            if self.tape.values[before] != self.tape.values[id]:
                return
            yield before
            id = before

    @cached_property
    def _refs(self) -> dict[tuple[str, int], set[Ref]]:
        found: dict[tuple[str, int], set[Ref]] = defaultdict(set)
        for ref, _ in self.places.values():
            found[self._key(ref) or ("", 0)].add(ref)
        return found

    def _key(self, ref: Ref) -> tuple[str, int] | None:
        key = quantity_and_layer(self.layers, ref)
        return key if key is not None and key[0] in NAMED else None

    @cached_property
    def _all(self) -> dict[tuple[str, int], dict[str, int]]:
        named: dict[tuple[tuple[str, int], str], set[Ref]] = defaultdict(set)
        lines: dict[tuple[tuple[str, int], str], int] = {}
        by_rows = are_side_by_side(self.roles.network, self.roles.deltas)
        for binding in self.tape.bindings:
            if not by_rows and self._has_samples(binding.ids):
                continue  # the rows of X come one by one, under a name of their own
            name = " ".join(binding.target.split())
            for ref in self._refs_of(binding.ids):
                named_as = self._key(ref) or ("", 0), name
                named[named_as].add(ref)
                lines.setdefault(named_as, self.tape.places[binding.place].line)
        meanings: dict[str, set[str]] = defaultdict(set)
        for (quantity, _), name in named:
            meanings[name].add(quantity)
        found: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
        for (key, name), refs in named.items():
            if refs == self._refs[key] and len(meanings[name]) <= MOST_QUANTITIES:
                found[key][name] = lines[key, name]
        return found

    def _has_samples(self, ids: Ids) -> bool:
        """True if several samples stand in an array."""
        known = ids[self._is_known[ids]]
        return len({sample for id in known.tolist() if (sample := self.places[id][1]) is not None}) > 1

    def _refs_of(self, ids: Ids) -> set[Ref]:
        """The refs of these ids."""
        known = ids[self._is_known[ids]]
        return {self.places[id][0] for id in known.tolist()}

    @cached_property
    def _is_known(self) -> Flags:
        found = np.zeros(len(self.tape.values), bool)
        found[[*self.places]] = True
        return found
