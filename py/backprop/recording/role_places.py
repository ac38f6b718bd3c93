"""Where a program's roles stand in its source: the places to note in every iteration, and what each note means.

A trace tells of each number of the first updates which quantity it is. The recording needs the same for every later
iteration, without tracing. So the executions of each place are looked at in their order:

    net[j] = sum(w[j][i] * x[i] for i in range(3))     # executed for node 4, 5, 6, 7, then again for node 4 …

They repeat with a period: the *cycle* of the place. The k-th execution of a later iteration means what the
(k modulo period)-th meant in the trace, for the sample (k divided by period).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from backprop.roles.deltas import Delta
from backprop.roles.loops import turns_around
from backprop.roles.survey import Training
from backprop.topology import Place as RefPlace
from backprop.topology import Ref, node_of
from backprop.trace.tape import Event, Ids, Kind, Place

How = Literal["value", "target", "owner", "operand", "start"]
LASTING = ("w", "b", "eta")  # quantities that belong to no sample
FACTOR = "factor"  # quantity of a factor that delta is put together from; its key is (node, product, factor)


@dataclass(frozen=True)
class Execution:
    """What one execution of a place gives: a scalar or an array of numbers.

    `refs` has a quantity for each number but along `sample_axis`, in C order (None: it has no role); `shape` is the
    array's shape in the trace. `sample_axis` is the axis along which the samples lie, None if there is one sample: then
    `sample` is its number in the trace (None: of no sample), in a tap's cycle its number among those of the cycle.
    """

    shape: tuple[int, ...]
    sample_axis: int | None
    refs: tuple[Ref | None, ...]
    sample: int | None = None


@dataclass
class Tap:
    """One place to note.

    `place` is the stretch of source; `how` says which number is noted: the expression's value, what an assignment's
    target holds after it, the whole array that an item was set in ("owner"), operand number `operand` of the operation, or
    that operand before the first update alone ("start"). `cycle` are its executions, in which so many `samples`
    pass; `sign` is -1 where its delta is dE/dnet; `operation` is the tape's name of the operation there.
    """

    place: Place
    how: How
    operand: int
    quantity: str
    expression: str
    sign: int = 1
    cycle: list[Execution] = field(default_factory=list)
    samples: int = 1
    operation: str = ""


@dataclass(frozen=True)
class Computed:
    """A quantity that is put together from noted ones: the sum of coefficient * Π of the refs' numbers."""

    ref: Ref
    products: tuple[tuple[float, tuple[Ref, ...]], ...]


@dataclass
class RolePlaces:
    """All that a recording needs to know of the roles. `loop` is the place of the loop whose turns are the iterations
    (None: there is none), `by_rows` whether several samples are worked out side by side; `quiet_calls` are the places
    of calls outside training (evaluation, printing), in which nothing is noted; `state` are the first weights, and
    `first_nets` the nets of the first sample, by node: the run that is recorded has to give the same (both are empty
    where the trace came to this training in another way than the program does). `entries` says in which of the times
    that the program begins the loop the network is trained: from the first up to the second (None: to the end)."""

    taps: list[Tap]
    computed: list[Computed]
    loop: Place | None
    by_rows: bool
    quiet_calls: set[Place]
    state: dict[RefPlace, float]
    first_nets: dict[int, float]
    entries: tuple[int, int | None] = (0, None)

    @property
    def is_whole_run(self) -> bool:
        """True if the network may be trained from the beginning of the program to its end."""
        return self.entries == (0, None) and not self._has_starts

    @property
    def _has_starts(self) -> bool:
        return any(tap.how == "start" for tap in self.taps)


def role_places(training: Training, calls: Sequence[Place], end: int | None = None) -> RolePlaces:
    """The places of all roles of a network. `calls` are the places where the program calls its own functions; another
    network is trained when the program begins the loop for time number `end` (None: never)."""
    return Finder(training, calls).found(end)


_Key = tuple[int, str, int, str, int]  # place, how, operand, operation, sign


class Finder:
    """Finds the places of a training's roles."""

    def __init__(self, training: Training, calls: Sequence[Place]) -> None:
        self.training = training
        self.roles = roles = training.roles
        self.graph = roles.own or roles.graph  # what is noted is what the program computes
        self.tape = self.graph.tape
        self.put_together = roles.put_together
        self.quiet = self._quiet_calls(calls)
        self.loud = [not self._is_quiet(context) for context in range(len(self.tape.contexts))]
        self.by_rows = self._by_rows()
        self.one_hot_deltas = {
            delta.id
            for net, delta in roles.deltas.of.items()
            if net in roles.outputs.one_hot and not self._is_apart(net, delta)
        }
        self.since = 0 if training.is_exact else self._first_event_of_training()
        self.until = self._last_whole_update()
        self.pass_ends = self._pass_ends()
        self.wanted: dict[_Key, dict[int, RefPlace]] = defaultdict(dict)  # id -> place, of each key
        self.computed: dict[Ref, Computed] = {}
        self.net_signs = {net.id: net.sign for net in self.roles.network.nets}

    def found(self, end: int | None) -> RolePlaces:
        """The places; `end` as in `role_places`."""
        self._want_roles()
        self._want_rate()
        self._want_parts()
        if not self.training.is_exact:
            self._want_starts()
        taps = [tap for key, ids in self.wanted.items() if (tap := self._tap(key, ids))]
        self._keep_first(taps)
        loop, is_exact = self.training.place, self.training.is_exact
        return RolePlaces(
            [tap for tap in taps if any(ref for one in tap.cycle for ref in one.refs)],
            list(self.computed.values()),
            self.tape.places[loop] if loop else None,
            self.by_rows,
            self.quiet,
            self._first_state() if is_exact else {},
            self._first_nets() if is_exact else {},
            (self.training.entry, end),
        )

    # --- contexts ---

    def _chain(self, context: int) -> Iterator[int]:
        while context > 0:
            parent, place = self.tape.contexts[context]
            yield place
            context = parent

    def _quiet_calls(self, calls: Sequence[Place]) -> set[Place]:
        """The calls that are no part of training: none of the roles was computed in them."""
        contexts = {self.tape.event(id).context for id in self._computed_ids()}
        training = {self.tape.places[place] for context in contexts for place in self._chain(context)}
        return {call for call in calls if call not in training}

    def _computed_ids(self) -> Iterator[int]:
        for id, (ref, _) in self.roles.places.items():
            is_input = ref[0] == "a" and ref[1] in self.roles.topology.inputs
            if (ref[0] in ("net", "a", "delta") and not is_input) or (
                ref[0] in ("w", "b") and not self._is_start(id)
            ):
                yield id

    def _is_quiet(self, context: int) -> bool:
        return any(self.tape.places[place] in self.quiet for place in self._chain(context))

    def _is_start(self, id: int) -> bool:
        """Whether a weight or bias is as it was before training."""
        return not self.roles.varies[id] or int(self.roles.weights.root[id]) == id

    # --- samples ---

    def _by_rows(self) -> bool:
        """Whether the samples of an update are worked out side by side: one begins before the one before it ends."""
        first_net: dict[int, int] = {}
        last_delta: dict[int, int] = {}
        for net in self.roles.network.nets:
            first_net.setdefault(net.sample, net.id)
            delta = self.roles.deltas.of.get(net.id)
            if delta is not None:
                last = max(id for _, ids in delta.products for id in ids)
                last_delta[net.sample] = max(last_delta.get(net.sample, -1), last)
        samples = sorted(first_net, key=first_net.__getitem__)
        return any(
            one in last_delta and last_delta[one] > first_net[other] for one, other in pairwise(samples)
        )

    def _last_whole_update(self) -> int:
        """The event up to which every role is known: the end of the last round of updates that all neurons took part in,
        since the tape ends anywhere."""
        events: dict[int, set[int]] = defaultdict(set)
        for delta in self.roles.deltas.of.values():
            events[delta.net.neuron].add(delta.update.event)
        rounds = min(map(len, events.values()))
        return max(sorted(one)[rounds - 1] for one in events.values())

    def _first_event_of_training(self) -> int:
        """The first event in the loop in which the network is trained."""
        here = {
            turn
            for turn in range(len(self.tape.turns))
            if any(
                (place, entry) == (self.training.place, self.training.entry)
                for place, _, entry in turns_around(self.tape, turn)
            )
        }
        first = int(self.graph.owner[self.roles.network.nets[0].id])
        return next((n for n, event in enumerate(self.graph.events[:first]) if event.turn in here), first)

    def _pass_ends(self) -> list[tuple[int, int]]:
        """Of each forward pass the first and the last event with a net. Samples that share an event are one pass."""
        spans: list[list[int]] = []
        of_sample: dict[int, list[int]] = {}
        for net in self.roles.network.nets:
            number = int(self.graph.owner[net.id])
            shared = spans and spans[-1][1] == number
            if net.sample not in of_sample:
                if not shared:
                    spans.append([number, number])
                of_sample[net.sample] = spans[-1]
            of_sample[net.sample][1] = max(number, of_sample[net.sample][1])
        return [(first, last) for first, last in spans]

    def _in_one_pass(self, executions: list[tuple[int, Execution]], forward: bool) -> list[Execution] | None:
        """The executions of a place in one pass; None if they differ from pass to pass.

        What is used forward belongs to the pass that ends next, everything else to the pass that began last.
        """
        passes: dict[int, list[Execution]] = defaultdict(list)
        for number, one in executions:
            if forward:
                at = bisect_left([last for _, last in self.pass_ends], number)
            else:
                at = bisect_right([first for first, _ in self.pass_ends], number) - 1
            passes[at].append(one)
        found = list(passes.values())
        whole = found[:-1] or found
        return whole[0] if all(len(one) == len(whole[0]) for one in whole) else None

    # --- which numbers are noted where ---

    def _want_roles(self) -> None:
        """Choose a place for each id that has a role."""
        for id, place in self.roles.places.items():
            quantity, key = place[0]
            if quantity in ("w", "b"):
                if not self._is_start(id):
                    self._want_value(id, place)
            elif quantity == "delta" and id in self.one_hot_deltas:
                continue
            elif quantity in ("eta", "t") or (quantity == "a" and key in self.roles.topology.inputs):
                self._want_operand(id, place)
            else:
                self._want_value(id, place)

    def _want_value(self, id: int, place: RefPlace) -> None:
        event = self.tape.event(id)
        if event.kind is not Kind.SOURCE and event.place and id not in self.put_together:
            how = "owner" if event.operation == "where" else "value"  # x[x < 0] = 0 makes all of x anew
            self._want(event, how, 0, id, place)

    def _want(self, event: Event, how: str, operand: int, id: int, place: RefPlace) -> None:
        """Note an id there. Numbers of another sign at one place, as in a function `minus(a, b)`, have a tap of their
        own."""
        quantity, key = place[0]
        signs: dict[Any, int] = self.roles.signs if quantity == "delta" else {}
        sign = self.net_signs.get(id, 1) if quantity == "net" else signs.get(key, 1)
        self.wanted[event.place, how, operand, event.operation, sign].setdefault(id, place)

    def _want_operand(self, id: int, place: RefPlace, how: How = "operand") -> None:
        """Note an id where it is first used in training: it may have been made long before."""
        for number in self.graph.consumers(id):
            event = self.graph.events[number]
            if number >= self.since and self.loud[event.context] and self._uses(event, place):
                operand = next(k for k, ids in enumerate(event.operands) if (ids == id).any())
                self._want(event, how, operand, id, place)
                return

    def _want_starts(self) -> None:
        """Note the first weights and biases where the first pass uses them: the trace has others."""
        for id, place in self.roles.places.items():
            if place[0][0] in ("w", "b") and self._is_start(id):
                self._want_operand(id, place, "start")

    def _uses(self, event: Event, place: RefPlace) -> bool:
        """True if an operation uses an input, a weight or a bias in a net, or a target beside an output."""
        if event.operation == "negative":  # -X @ W, out + (-y)
            return place[0][0] == "t" or (place[0][0] == "a" and -1 in self.net_signs.values())
        if event.kind not in (Kind.ELEMENTWISE, Kind.PRODUCT) or len(event.operands) != 2:
            return False
        forward = (event.place, event.context) in set(self.roles.weights.place.values())
        return forward if place[0][0] in ("a", "w") else not forward

    def _want_rate(self) -> None:
        """Note the learning rate where it is one number of the program, the same for all weights."""
        deltas = self.roles.deltas.of.values()
        rates = {delta.rates for delta in deltas}
        values = {float(self.tape.values[id]) for ids in rates for id, _ in ids}
        if len(values) == 1 and all(len(ids) == 1 and ids[0][1] == 1 for ids in rates):
            (rate,) = values
            if rate > 0 and all(abs(delta.scale) == rate for delta in deltas):
                for ids in rates:
                    self._want_operand(ids[0][0], (("eta", None), None))

    def _want_parts(self) -> None:
        """Quantities that are no value of their own: linear activations, deltas that are put together, one-hot targets,
        biases of several nodes."""
        for node, other in self.roles.shared_biases.items():
            self.computed["b", node] = Computed(("b", node), ((1.0, (("b", other),)),))
        for net in self.roles.network.nets:
            node = self.roles.node_of[net.neuron]
            if self.roles.outputs.activation.get(net.id) == net.id:
                self.computed["a", node] = Computed(("a", node), ((1.0, (("net", node),)),))
            delta = self.roles.deltas.of.get(net.id)
            if delta is None:
                continue
            sign = self.roles.signs[node]
            if net.id in self.put_together and delta.id is not None:
                self._put_together(node, net.id, delta.id)
            if net.id in self.roles.outputs.one_hot:
                scale = self._want_one_hot(node, net.sample, delta)
                made_of: tuple[Ref, Ref] = ("a", node), ("delta", node)
                products = (
                    (1.0, made_of[:1]),
                    (-1.0 / scale, made_of[1:]),
                )  # the program's own delta is a - t
                self.computed["t", node] = Computed(("t", node), products)
            if delta.id is None:
                self._want_factors(node, net.sample, delta.products, sign)

    def _put_together(self, node: int, net: int, delta: int) -> None:
        """A net (and linear output) that is no number of the program, from the difference `net - target`."""
        event = self.roles.tape.event(delta)
        operands = self.roles.tape.operands(delta) if event.operation in ("add", "subtract") else []
        target = self.roles.outputs.target.get(net)
        if net in operands and target in operands:
            of_delta = 1.0 if operands[0] == net else -1.0
            of_target = -1.0 if event.operation == "add" else 1.0
            products = (of_delta, (("delta", node),)), (of_target, (("t", node),))
            for quantity in ("net", "a"):
                self.computed[quantity, node] = Computed((quantity, node), products)

    def _want_one_hot(self, node: int, sample: int, delta: Delta) -> float:
        """Note an output's delta where it is multiplied, since most of these numbers are activations, too.

        Returns what it has been multiplied by there: 1, or a constant such as 1/m.
        """
        net = delta.net.id
        if self._is_apart(net, delta):  # a value of its own: `d = p / m`
            outputs = self.roles.outputs
            own = float(self.tape.values[outputs.activation[net]]) - outputs.one_hot[net]
            return float(self.tape.values[delta.id or 0]) / own if own else 1.0
        ids = [delta.id or 0]
        since = self._hot_since(sample)
        for id in ids:
            for number in self.graph.consumers(id):
                event = self.graph.events[number]
                if not self.loud[event.context] or number <= since:
                    continue
                if event.kind is Kind.PRODUCT:
                    operand = next(k for k, used in enumerate(event.operands) if (used == id).any())
                    self._want(event, "operand", operand, id, (("delta", node), sample))
                    noted, own = float(self.tape.values[id]), float(self.tape.values[ids[0]])
                    return noted / own if own else 1.0
                if event.kind is Kind.ELEMENTWISE and event.operation in ("divide", "multiply"):
                    ids += self.graph.results_of(event, id)
        return 1.0

    def _is_apart(self, net: int, delta: Delta) -> bool:
        """True if an output's delta is a value of its own (`d = p / m`), neither its activation nor that less 1."""
        if delta.id is None or delta.id == self.roles.outputs.activation.get(net):
            return False
        return self.tape.event(delta.id).operation in ("divide", "multiply")

    def _hot_since(self, sample: int) -> int:
        """The event after which the deltas of a sample's outputs stand together."""
        outputs, deltas = self.roles.outputs, self.roles.deltas
        nets = [
            net.id for net in self.roles.network.nets if net.sample == sample and net.id in outputs.one_hot
        ]
        ids = [deltas.of[net].id or 0 for net in nets if net in deltas.of]
        return max(int(self.graph.owner[id]) for id in ids)

    def _want_factors(
        self, node: int, sample: int, products: tuple[tuple[float, tuple[int, ...]], ...], sign: int
    ) -> None:
        terms: list[tuple[float, tuple[Ref, ...]]] = []
        for n, (coefficient, ids) in enumerate(products):
            refs: list[Ref] = []
            for k, id in enumerate(ids):
                ref: Ref = (FACTOR, (node, n, k))
                self._want_factor(id, (ref, sample))
                refs.append(ref)
            terms.append((coefficient, tuple(refs)))
        signed = tuple((sign * coefficient, refs) for coefficient, refs in terms)
        self.computed.setdefault(("delta", node), Computed(("delta", node), signed))

    def _want_factor(self, id: int, place: RefPlace) -> None:
        for number in self.graph.consumers(id):
            event = self.graph.events[number]
            if (
                self.loud[event.context]
                and event.kind in (Kind.ELEMENTWISE, Kind.PRODUCT)
                and event.operation
                in (
                    "multiply",
                    "matmul",
                )
            ):
                operand = next(k for k, ids in enumerate(event.operands) if (ids == id).any())
                self._want(event, "operand", operand, id, place)
                return

    # --- taps ---

    def _tap(self, key: _Key, ids: dict[int, RefPlace]) -> Tap | None:
        place, how, operand, operation, sign = key
        executions = [
            (number, one)
            for number, event in enumerate(self.graph.events[: self.until + 1])
            if number >= self.since
            and event.place == place
            and event.operation == operation
            and self.loud[event.context]
            if (one := self._execution(event, how, operand, ids)) is not None
        ]
        if not executions:
            return None
        quantity = next(iter(ids.values()))[0][0]
        quantity = "delta" if quantity == FACTOR else quantity
        nodes = {node_of(ref) for ref, _ in ids.values() if ref[0] == "delta"}
        span = self.tape.places[place]
        cycle = None
        if how == "start":
            cycle = [one for _, one in executions]
        if how == "operand":
            cycle = self._in_one_pass(executions, quantity == "a")
        if cycle is None:
            length = period([one.refs for _, one in executions])
            if length == len(executions) and quantity == "delta" and self._spans_updates(executions):
                self._lose_deltas(nodes | {node_of(ref) for ref, _ in ids.values() if ref[0] == FACTOR})
                return None
            cycle = [one for _, one in executions[:length]]
        cycle, samples = _numbered(cycle)
        text = self.tape.text(place)
        return Tap(span, how, operand, quantity, text, sign, cycle, samples, operation)  # type: ignore[arg-type]

    def _lose_deltas(self, nodes: set[Any]) -> None:
        """Say of which layers the deltas cannot be told apart: they are computed in another order in each iteration."""
        for number, layer in enumerate(self.roles.topology.layers):
            if nodes & set(layer) and ("order", number) not in self.roles.missing:
                self.roles.missing.append(("order", number))

    def _spans_updates(self, executions: list[tuple[int, Execution]]) -> bool:
        """True if executions that have a role stand both before and after an update."""
        first = next(iter(self.roles.deltas.looked_at.values()))
        updates = [update.event for update in self.roles.weights.updates[first]]
        numbers = [number for number, one in executions if any(one.refs)]
        return bool(numbers) and bisect_left(updates, numbers[0]) != bisect_left(updates, numbers[-1])

    def _execution(
        self, event: Event, how: str, operand: int, places: dict[int, RefPlace]
    ) -> Execution | None:
        ids = event.ids
        if how in ("operand", "start"):
            ids = event.operands[operand]
            if event.kind is Kind.ELEMENTWISE:
                ids = unbroadcast(ids.reshape(event.shape))
        found = [places.get(id) for id in ids.ravel().tolist()]
        samples = np.array([-1 if one is None or one[1] is None else one[1] for one in found]).reshape(
            ids.shape
        )
        axis = sample_axis(samples) if self.by_rows else None
        refs = [one[0] if one else None for one in found]
        if axis is not None:
            table = np.empty(ids.shape, object)
            table.ravel()[:] = refs
            lines = np.moveaxis(table, axis, 0).reshape(ids.shape[axis], -1).T
            refs = [next((ref for ref in line if ref), None) for line in lines]
        seen = {one[1] for one in found if one is not None and one[1] is not None}
        return Execution(ids.shape, axis, tuple(refs), min(seen) if axis is None and seen else None)

    def _keep_first(self, taps: list[Tap]) -> None:
        """Note inputs, targets and factors once a pass, where the program uses them first."""
        order = sorted(taps, key=lambda tap: self._first_event(tap))
        seen: set[tuple[Ref, int | None]] = set()
        for tap in order:
            if tap.how != "operand":
                continue
            for n, one in enumerate(tap.cycle):
                kept = tuple(None if ref and (ref, one.sample) in seen else ref for ref in one.refs)
                seen |= {(ref, one.sample) for ref in one.refs if ref}
                tap.cycle[n] = replace(one, refs=kept)

    def _first_event(self, tap: Tap) -> int:
        return next(
            n for n, event in enumerate(self.graph.events) if self.tape.places[event.place] == tap.place
        )

    def _first_nets(self) -> dict[int, float]:
        """The nets of the first layer for the first sample, by node."""
        nets = [net for net in self.roles.network.nets if net.sample == 0 and net.layer == 1]
        return {
            self.roles.node_of[net.neuron]: net.sign * float(self.roles.tape.values[net.id])
            for net in reversed(nets)
        }

    def _first_state(self) -> dict[RefPlace, float]:
        """The weights and biases before training."""
        state: dict[RefPlace, float] = {
            place: float(self.tape.values[id])
            for id, place in sorted(self.roles.places.items(), reverse=True)
            if place[0][0] in ("w", "b") and self._is_start(id)
        }
        for node, other in self.roles.shared_biases.items():
            if (("b", other), None) in state:
                state[("b", node), None] = state[("b", other), None]
        return state


def opened(
    one: Execution, by_rows: bool, first: tuple[int, int], shape: tuple[int, ...]
) -> list[RefPlace | None]:
    """The quantity of each number of one execution; [] if its shape is not that of another number of samples.

    `first` are the passes of the place before this one, and how many samples each has.
    """
    axis, (passes, samples) = one.sample_axis, first
    if axis is None or not by_rows:
        sample = passes * samples + (one.sample or 0) if by_rows else None
        return [_of_sample(ref, sample) for ref in one.refs]
    if len(shape) != len(one.shape) or any(
        here != there for k, (here, there) in enumerate(zip(shape, one.shape)) if k != axis
    ):
        return []
    rows = shape[axis]
    refs = np.empty(len(one.refs), object)
    refs[:] = one.refs
    rest = shape[:axis] + shape[axis + 1 :]
    table = np.broadcast_to(np.expand_dims(refs.reshape(rest), axis), shape)
    lines = np.arange(rows).reshape([rows if k == axis else 1 for k in range(len(shape))])
    numbers = np.broadcast_to(lines, shape) + passes * one.shape[axis]
    return [_of_sample(ref, int(sample)) for ref, sample in zip(table.ravel(), numbers.ravel())]


def _of_sample(ref: Ref | None, sample: int | None) -> RefPlace | None:
    if ref is None:
        return None
    return ref, None if ref[0] in LASTING else sample


def _numbered(cycle: list[Execution]) -> tuple[list[Execution], int]:
    """A cycle with its samples numbered from 0, and how many they are."""
    samples = sorted({one.sample for one in cycle if one.sample is not None})
    number = {sample: n for n, sample in enumerate(samples)}
    numbered = [replace(one, sample=number.get(one.sample, 0)) for one in cycle]  # type: ignore[arg-type]
    return numbered, max(1, len(samples))


def unbroadcast(ids: Ids) -> Ids:
    """An operand's ids in its own shape: without the axes along which it was repeated."""
    for axis in range(ids.ndim):
        if ids.shape[axis] > 1 and (ids == np.take(ids, [0], axis=axis)).all():
            ids = np.take(ids, [0], axis=axis)
    return ids


def sample_axis(samples: Ids) -> int | None:
    """The axis along which the samples of a table of numbers differ (-1: no sample); None if they are all of one."""
    for axis in range(samples.ndim):
        lines = np.moveaxis(samples, axis, 0).reshape(samples.shape[axis], -1).tolist()
        seen = [{sample for sample in line if sample >= 0} for line in lines]
        if len(lines) > 1 and all(len(one) < 2 for one in seen) and len(set().union(*seen)) > 1:
            return axis
    return None


def period(keys: Sequence[object]) -> int:
    """After how many executions they repeat: the smallest period of the sequence; its length if it has none."""
    for length in range(1, len(keys)):
        if all(keys[n] == keys[n - length] for n in range(length, len(keys))):
            return length
    return len(keys)
