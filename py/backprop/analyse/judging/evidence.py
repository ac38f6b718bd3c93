"""The numbers that a verdict compares: of each pass and layer the program's deltas, outputs and targets, and what
each update did to each weight.

A *pass* is one sample going through the network. Rows of a layer's tables are passes, columns its nodes.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from backprop.analyse.judging.ends import ends_of
from backprop.analyse.judging.helper_places import helper_places
from backprop.analyse.judging.precision import DOUBLE, Tolerance, tolerance_of
from backprop.analyse.judging.twins import twins_of
from backprop.roles.delta import Delta
from backprop.roles.find import Roles
from backprop.roles.net import Net
from backprop.roles.network import varying
from backprop.trace.derivative import Derivative, Flags, derivative
from backprop.trace.sandbox import parsed
from backprop.trace.syntax import loops_of
from backprop.trace.tape import Event, Floats, Kind, Place, Tape

_MOST_PASSES = 64  # are looked at; always those of whole updates,
_LEAST_ROUNDS = 3  # and at least of so many
_SMALL = 1e-300
_MOST_GROWTH = 1e6  # of deltas: beside what an explosion makes, all other numbers look like rounding


@dataclass(frozen=True)
class Ratio:
    """The one constant that turns a table of numbers into another."""

    factor: float
    count: int


def ratio_of(these: Any, those: Any, near: Tolerance = DOUBLE) -> Ratio | None:
    """The constant k with these = k · those; None if there is none. Entries of which one is NaN are left out."""
    a, b = np.ravel(these), np.ravel(those)
    known = np.isfinite(a) & np.isfinite(b)
    a, b = a[known], b[known]
    if not a.size:
        return None
    largest = float(np.abs(b).max())
    if largest < _SMALL:
        return None
    scaled = b / largest
    factor = float(a @ scaled / (scaled @ scaled)) / largest
    bound = near.relative * np.abs(factor * b) + near.of_largest * abs(factor) * largest
    if factor == 0 or not (np.abs(a - factor * b) <= bound).all():
        return None
    return Ratio(factor, int((np.abs(b) > 1e-9 * largest).sum()))


@dataclass
class Layer:
    """A computing layer: tables (pass, node) of its nets' ids, of the program's deltas and of their scale in the
    update; `deltas` has the roles' own entry for each."""

    number: int
    neurons: list[int]
    nodes: list[int]
    nets: list[list[list[Net]]]
    deltas: list[list[Delta]]
    value: Floats
    scale: Floats

    @property
    def step(self) -> Floats:
        """By how much the input of 1 would move a weight: our delta times the rate."""
        return self.value * self.scale


class Evidence:
    """The numbers that the verdict compares: the layers and passes of a tape, and derivatives on it."""

    def __init__(self, roles: Roles) -> None:
        self.roles = roles
        self.tape: Tape = roles.tape
        self.values = roles.tape.values
        self.near = self._tolerance()
        self.passes = self._passes()
        self.layers = [self._layer(number) for number in range(1, len(roles.network.layers) + 1)]

    def _tolerance(self) -> Tolerance:
        """The tolerance of the layer with the shortest type of weights: its rounding is in all deltas."""
        ids: dict[int, list[Any]] = defaultdict(list)
        for net in self.roles.network.nets:
            ids[net.layer].append(net.weights)
        found = [tolerance_of(self.values[np.unique(np.concatenate(some))]) for some in ids.values()]
        return max(found, key=lambda one: one.relative, default=DOUBLE)

    @cached_property
    def _nets(self) -> dict[tuple[int, int], list[Net]]:
        """The nets by (neuron, sample): several if the program went forward twice."""
        found: dict[tuple[int, int], list[Net]] = defaultdict(list)
        for net in self.roles.network.nets:
            found[net.neuron, net.sample].append(net)
        return found

    def _delta(self, neuron: int, sample: int) -> Delta | None:
        return next(
            (
                self.roles.deltas.of[net.id]
                for net in self._nets.get((neuron, sample), ())
                if net.id in self.roles.deltas.of
            ),
            None,
        )

    def _passes(self) -> list[int]:
        """The samples in which every neuron has a net and a delta."""
        neurons = [neuron for layer in self.roles.network.layers for neuron in layer]
        still = self.roles.deltas.still
        if any(still & set(layer) for layer in self.roles.network.layers[1:]) or still.issuperset(
            self.roles.network.layers[0]
        ):
            return []  # what such nodes pass back to the layers below is not known
        neurons = [neuron for neuron in neurons if neuron not in still]
        samples = dict.fromkeys(net.sample for net in self.roles.network.nets)
        whole = [s for s in samples if all(self._delta(neuron, s) is not None for neuron in neurons)]
        whole = [s for s in whole if s not in self.left_out]
        rounds: dict[int, list[int]] = defaultdict(list)
        for sample in whole:
            delta = self._delta(neurons[0], sample)
            assert delta is not None
            rounds[delta.update.before].append(sample)
        found: list[int] = []
        first = 0.0
        for number, one in enumerate(rounds.values()):
            if number >= _LEAST_ROUNDS and len(found) + len(one) > _MOST_PASSES:
                break
            size = self._largest_delta(neurons, one)
            if number and size > _MOST_GROWTH * max(first, 1.0):
                break
            first = first or size
            found += one
        return found

    @cached_property
    def left_out(self) -> set[int]:
        """The samples whose output has a delta of a bare 0 in their update, as others have not: those that the program
        leaves out of it, others in each update (`d = np.zeros(m); d[worst] = (y - t)[worst]`)."""
        neuron = self.roles.network.layers[-1][-1]
        nets = [net for net in self.roles.network.nets if net.neuron == neuron]
        updates: dict[int, list[tuple[Net, Delta]]] = defaultdict(list)
        for net in nets:
            if (delta := self.roles.deltas.of.get(net.id)) is not None:
                updates[delta.update.before].append((net, delta))
        found: set[int] = set()
        kinds: set[frozenset[tuple[int, ...]]] = set()
        for some in updates.values():
            zero = [net for net, delta in some if delta.scale == 0]
            if len(zero) < len(some):
                found |= {net.sample for net in zero}
                kinds.add(frozenset(tuple(self.roles.inputs.get(net.sample, ())) for net in zero))
        return found if len(kinds) > 1 else set()

    def _largest_delta(self, neurons: list[int], samples: list[int]) -> float:
        """The largest amount of the deltas of these samples that are numbers."""
        deltas = (self._delta(neuron, sample) for neuron in neurons for sample in samples)
        sizes = [abs(delta.value(self.values)) for delta in deltas if delta is not None]
        return max((size for size in sizes if np.isfinite(size)), default=0.0)

    def _layer(self, number: int) -> Layer:
        still = self.roles.deltas.still
        neurons = [one for one in self.roles.network.layers[number - 1] if one not in still]
        nets = [[self._nets[neuron, sample] for neuron in neurons] for sample in self.passes]
        deltas = [
            [delta for neuron in neurons if (delta := self._delta(neuron, sample)) is not None]
            for sample in self.passes
        ]
        shape = len(self.passes), len(neurons)
        now = [[self._now(one) for one in row] for row in deltas]
        value: Floats = np.array([[one.value(self.values) for one in row] for row in now]).reshape(shape)
        scale: Floats = np.array([[one.scale for one in row] for row in now]).reshape(shape)
        value, scale = _one_scale(value, scale, [row[0].update.before for row in now])
        deltas = now
        nodes = [self.roles.node_of[neuron] for neuron in neurons]
        return Layer(number, list(neurons), nodes, nets, deltas, value, scale)

    def _now(self, delta: Delta) -> Delta:
        """Delta without what momentum adds from earlier updates: the products that were made before its net."""
        made = [(c, ids) for c, ids in delta.products if max(ids, default=-1) > delta.net.id and c]
        if not made or len(made) == len(delta.products):
            return delta
        first = made[0][0]
        products = tuple((c / first, ids) for c, ids in made)
        return replace(delta, products=products, scale=delta.scale * first)

    # --- parts of the graph ---

    @cached_property
    def is_input(self) -> Flags:
        """By id: True if it is an input of a net; the activations of the layer below are inputs, too."""
        found = np.zeros(len(self.tape), bool)
        for net in self.roles.network.nets:
            found[net.inputs] = True
        return found

    @cached_property
    def parameters(self) -> Flags:
        """By id: True if it is a version of a weight, of a bias, or of what else is learned (see `Weights`)."""
        found = self.roles.weights.is_learned
        for net in self.roles.network.nets:
            for bias, _ in net.biases:
                found[bias] = True
        found[[id for id, (ref, _) in self.roles.places.items() if ref[0] == "b"]] = True
        return found

    @cached_property
    def varies(self) -> Flags:
        """By id: True if it depends on a net or a weight."""
        return varying(self.roles.graph, self.roles.weights, self.roles.network)

    @cached_property
    def cut(self) -> Flags:
        """Flags (ids,): True for nets, weights and biases, at which a derivative ends."""
        found = self.parameters.copy()
        found[[net.id for net in self.roles.network.nets]] = True
        found[[id for some in self.twins.values() for id in some]] = True
        return found

    @cached_property
    def twins(self) -> dict[int, list[int]]:
        """The twins of each net: ids at which the program computes the same number again, by the net's id."""
        return twins_of(self.roles.graph, self.roles.network.nets)

    @cached_property
    def limits(self) -> dict[int, int]:
        """The earlier version of each weight that was made without a sum (`W = np.clip(W, -1, 1)`), by the later id."""
        made = (update for some in self.roles.weights.updates.values() for update in some)
        return {update.after: update.before for update in made if not update.adds}

    def ancestors(
        self, id: int, most: int, elementwise: bool = False, without: Flags | None = None
    ) -> Iterator[int]:
        """An id and the ids that it was computed from, the last operand first, until about `most` were met; `elementwise`:
        through elementwise operations only; `without`: not through these ids (None: through all)."""
        queue, seen = [id], {id}
        while queue and len(seen) < most:
            one = queue.pop()
            yield one
            if elementwise and self.tape.event(one).kind is not Kind.ELEMENTWISE:
                continue
            fresh = dict.fromkeys(
                operand
                for operand in self.tape.operands(one)
                if operand not in seen and (without is None or not without[operand])
            )
            seen.update(fresh)
            queue += fresh

    def derivative(self, of: dict[int, float], through_nets: bool = False) -> Derivative:
        """The derivative of Σ number · value of id, back to the nets, or through them to the weights."""
        return derivative(self.tape, of, self.parameters if through_nets else self.cut)

    def at_nets(self, values: Floats, layer: Layer) -> Floats:
        """The derivatives (`values`, one for each id) at the nets of a layer: a table (pass, node)."""
        twins = self.twins
        return np.array(
            [
                [sum(values[id] for net in nets for id in (net.id, *twins.get(net.id, ()))) for nets in row]
                for row in layer.nets
            ],
            float,
        ).reshape(layer.value.shape)

    # --- outputs ---

    @cached_property
    def ends(self) -> list[list[int]]:
        """The numbers made of outputs that no update needs, by the place that computed them; see `ends_of`."""
        last = {net.id for row in self.layers[-1].nets for nets in row for net in nets}
        return ends_of(self.roles, last, self.parameters)

    @cached_property
    def outputs(self) -> tuple[Any, Floats, Floats]:
        """The last layer's ids and values of outputs, and its targets (NaN: not found): tables (pass, node)."""
        last, found = self.layers[-1], self.roles.outputs
        ids = np.full(last.value.shape, -1)
        targets: Floats = np.full(last.value.shape, np.nan)
        for row, column in np.ndindex(*last.value.shape):
            for net in sorted(last.nets[row][column], key=lambda one: one.id not in found.target):
                ids[row, column] = found.activation.get(net.id, -1)
                if net.id in found.target:
                    targets[row, column] = self._target(found.target[net.id])
                elif net.id in found.one_hot:
                    targets[row, column] = found.one_hot[net.id]
                break
        outputs: Floats = np.where(ids >= 0, self.values[ids], np.nan)
        if not np.isfinite(targets).all():
            classes = classes_of(last.value, outputs) if last.value.size else targets
            return ids, outputs, classes if np.isfinite(classes).all() else targets
        return ids, outputs, targets

    def _target(self, id: int) -> float:
        """A target's value; of a target that is added as (-1) * t, t."""
        event, graph = self.tape.event(id), self.roles.graph
        is_added = "subtract" not in {graph.events[number].operation for number in graph.consumers(id)}
        if event.operation == "multiply" and event.size == 1 and is_added:
            for one in self.tape.operands(id):
                if self.tape.event(one).kind is Kind.SOURCE and self.values[one] == -1:
                    return -float(self.values[id])
        return float(self.values[id])

    def added_to_zero(self, id: int) -> int:
        """The number that was added to the 0 of a sum (`grad = 0.0`, then `grad += out.grad`) to make an id; else the id."""
        while self.tape.event(id).operation == "add":
            one, other = self.tape.operands(id)
            zeros = [part for part in (one, other) if self.values[part] == 0 and self._is_written(part)]
            if not zeros:
                break
            id = other if zeros[0] == one else one
        return id

    def _is_written(self, id: int) -> bool:
        """True for a number that stands in the program, not in its data."""
        return self.tape.event(id).operation in ("literal", "constant")

    # --- the program's text ---

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree of the program."""
        return parsed(self.tape.source)

    @cached_property
    def loops(self) -> dict[Place, ast.stmt]:
        """The program's loops by their places on the tape."""
        return loops_of(self.tree)

    def line(self, id: int) -> int:
        """The program's line on which an id was computed."""
        return self.line_of(self.tape.event(id))

    def line_of(self, event: Event) -> int:
        """The line of an event; of one in a helper that serves several ends, the line that calls the helper."""
        place, context = event.place, event.context
        while context > 0 and place in self._helper_places:
            context, place = self.tape.contexts[context]
        return self.tape.places[place].line

    @cached_property
    def _helper_places(self) -> set[int]:
        return helper_places(self.roles, self.parameters, self.tree)


def classes_of(deltas: Floats, outputs: Floats) -> Floats:
    """Targets that are no numbers in the program: deltas = c · (outputs − 1 for the class of the sample, 0 for others).

    NaN everywhere if the deltas are not of this form.
    """
    unknown = np.full(outputs.shape, np.nan)
    if outputs.shape[1] < 2 or not np.allclose(outputs.sum(axis=1), 1, atol=1e-6):
        return unknown
    with np.errstate(all="ignore"):
        for factor in deltas[0] / outputs[0]:
            targets = outputs - deltas / factor
            whole = np.round(targets)
            if (
                (np.abs(targets - whole) < 1e-6).all()
                and (whole.sum(axis=1) == 1).all()
                and (whole >= 0).all()
            ):
                return np.asarray(whole)
    return unknown


def _one_scale(value: Floats, scale: Floats, updates: list[int]) -> tuple[Floats, Floats]:
    """Deltas of updates in which scales differ from sample to sample, with one scale for all: delta times scale stays."""
    by_update = np.array(updates)
    common: float | None = None
    for update in dict.fromkeys(updates):
        rows = by_update == update
        here = scale[rows]
        if np.ptp(here, axis=0).any() and here.all():
            kinds, counts = np.unique(here, return_counts=True)
            common = common or float(kinds[counts.argmax()])
            value[rows] *= here / common
            scale[rows] = common
    return value, scale
