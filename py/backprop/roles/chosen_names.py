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
            self.tape.event(id)
            for id, (ref, _) in self.places.items()
            if self._key_of[ref] == (quantity, layer)
        )
        return {self.tape.text(place) for place in {event.place for event in events} if place}

    @cached_property
    def places(self) -> dict[int, Place]:
        """The place of each id that is one of these quantities, or that is converted to an input, such as a whole
        number."""
        found = {
            id: place for id, place in (self._inputs | self.roles.places).items() if place[0] in self._key_of
        }
        for id in self._inputs.keys() & found.keys():
            for before in self._converted_from(id):
                found.setdefault(before, found[id])
        return found

    @cached_property
    def _inputs(self) -> dict[int, Place]:
        """The place of each input, that of its first sample."""
        found: dict[int, Place] = {}
        for sample, numbers in self.roles.inputs.items():
            for id, number in numbers.items():
                found.setdefault(id, (("a", number), sample))
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
    def _key_of(self) -> dict[Ref, tuple[str, int]]:
        """The quantity and the layer of each ref."""
        every = dict.fromkeys(ref for ref, _ in [*self._inputs.values(), *self.roles.places.values()])
        keys = {ref: quantity_and_layer(self.layers, ref) for ref in every}
        return {ref: key for ref, key in keys.items() if key is not None and key[0] in NAMED}

    @cached_property
    def _refs(self) -> dict[tuple[str, int], set[Ref]]:
        found: dict[tuple[str, int], set[Ref]] = defaultdict(set)
        for ref, key in self._key_of.items():
            found[key].add(ref)
        return found

    @cached_property
    def _all(self) -> dict[tuple[str, int], dict[str, int]]:
        named: dict[tuple[tuple[str, int], str], set[Ref]] = defaultdict(set)
        lines: dict[tuple[tuple[str, int], str], int] = {}
        by_rows = are_side_by_side(self.roles.network, self.roles.deltas)
        refs, samples = self._tables()
        every = [*self._key_of]
        for binding in self.tape.bindings:
            every_id = binding.ids.ravel()
            ids = every_id[refs[every_id] >= 0]
            if not ids.size or (not by_rows and (samples[ids] != samples[ids[0]]).any()):
                continue  # the rows of X come one by one, under a name of their own
            name = " ".join(binding.target.split())
            for ref in (every[number] for number in set(refs[ids].tolist())):
                named_as = self._key_of[ref], name
                named[named_as].add(ref)
                lines.setdefault(named_as, self.tape.places[binding.place].line)
        meanings: dict[str, set[str]] = defaultdict(set)
        for (quantity, _), name in named:
            meanings[name].add(quantity)
        found: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
        for (key, name), here in named.items():
            if here == self._refs[key] and len(meanings[name]) <= MOST_QUANTITIES:
                found[key][name] = lines[key, name]
        return found

    def _tables(self) -> tuple[Ids, Ids]:
        """By id: the number of its ref in `_key_of` (-1: none), and its sample (-1: of none)."""
        number = {ref: n for n, ref in enumerate(self._key_of)}
        size = len(self.tape.values)
        refs, samples = np.full(size, -1), np.full(size, -1)
        for id, (ref, sample) in self.places.items():
            refs[id], samples[id] = number[ref], -1 if sample is None else sample
        return refs, samples
