"""The program's own choice of what is what: a comment line, or the same as data.

    # backprop: delta[2] = dZ2        the delta of layer 2 is what the program calls dZ2
    # backprop: net[1] = z1           so are w[1], b[1] and input: a name that the program gives to all of them
    # backprop: eta = lr              the learning rate
    # backprop: ones = bias           a column of ones in the data is drawn as a bias

A choice is taken only if the numbers bear it out: delta has to be a multiple of what the weights' change multiplies
their inputs by, an activation has to be computed from its net, a target from no net and no weight, the steps of all
weights have to be one multiple of the learning rate; inputs, weights, biases and nets have to be these numbers themselves.
So no choice changes the verdict.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from backprop.roles.chosen_names import NAMED, ChosenNames
from backprop.roles.chosen_rates import ChosenRates
from backprop.roles.delta import Delta
from backprop.roles.find import Roles, renumbered
from backprop.roles.net import Net
from backprop.trace.tape import Kind

_COMMENT = re.compile(r"#\s*backprop\s*[:\uff1a]\s*(.*)")
_KEY = re.compile(r"(delta|a|target|w|b|net)\[(\d+)\]|(target|ones|input|eta)")
_MOST_STEPS = 60  # operations between a quantity and another value that could be it
_OF_LAYERS = ("delta", "a", "target")
_COMPARES = ("subtract", "equal", "not_equal")
_MOST_USERS = 16  # of one number
_MOST_NETS = 8  # are looked at for candidates; a choice is held against all
_PASSES_ON = (Kind.ELEMENTWISE,)


@dataclass(frozen=True)
class Choice:
    """A choice: `key` is "delta[2]", "w[1]", "target", "eta" or "ones", `expression` what is chosen; `line` is the comment's
    (None: given as data). `problem` names the text that says why it was not taken (None: it was)."""

    key: str
    expression: str
    line: int | None = None
    problem: str | None = None


@dataclass(frozen=True)
class Candidate:
    """A value of the program that could be a quantity: its text or its name, its line, and the number by which it is
    larger than what stands in the row (negative: the other sign; None: no fixed number)."""

    expression: str
    line: int
    ratio: float | None
    is_shown: bool


def choices_in(source: str) -> list[Choice]:
    """The choices in a program's comments."""
    found: list[Choice] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT and (match := _COMMENT.match(token.string)):
                found += [
                    _read(text, token.start[0]) for text in re.split(r"[;\uff1b]", match[1]) if text.strip()
                ]
    except (tokenize.TokenError, SyntaxError, ValueError):
        pass  # its own errors are told when it runs
    return found


def choices_from(given: Mapping[str, str]) -> list[Choice]:
    """The choices of a mapping such as {"delta[2]": "dZ2"}."""
    return [_read(f"{key} = {expression}", None) for key, expression in given.items()]


def _read(text: str, line: int | None) -> Choice:
    key, equals, expression = (part.strip() for part in text.partition("="))
    key, expression = re.sub(r"\s", "", key), " ".join(expression.split())
    if not equals or not expression:
        return Choice(key, expression, line, "no-equals")
    if not _KEY.fullmatch(key):
        return Choice(key, expression, line, "no-quantity")
    if key == "ones" and expression not in ("bias", "input"):
        return Choice(key, expression, line, "ones")
    return Choice(key, expression, line)


def with_choices(roles: Roles, choices: list[Choice]) -> tuple[Roles, list[Choice]]:
    """The roles as the program chooses them; and the choices, those that were not taken with their problem."""
    if not choices:
        return roles, []
    told = list(choices)
    ones = False
    for at, choice in enumerate(choices):
        if choice.problem is None and choice.key == "ones":
            ones = choice.expression == "bias"
            told[at] = choice if not ones or roles.ones else replace(choice, problem="no-ones")
        elif choice.problem is None and _parts(choice.key)[0] in _OF_LAYERS:
            told[at] = replace(choice, problem=_Chosen(roles).take(choice))
    roles = renumbered(roles, ones)
    names = ChosenNames(roles)
    for at, choice in enumerate(told):
        if choice.problem is None and choice.key == "eta":
            told[at] = replace(choice, problem=_take_rate(roles, choice.expression))
        elif choice.problem is None and _parts(choice.key)[0] in NAMED:
            told[at] = replace(choice, problem=_take_name(names, choice))
    return roles, told


def _parts(key: str) -> tuple[str, int | None]:
    """The quantity and the layer of a choice; None if it names no layer."""
    match = _KEY.fullmatch(key)
    assert match is not None
    return match[1] or match[3], int(match[2]) if match[2] else None


def _take_rate(roles: Roles, expression: str) -> str | None:
    """Take a choice of the learning rate; or the name of the text that says why not."""
    rates = ChosenRates(roles, Related(roles).texts)
    if chosen := rates.rate_of(expression):
        roles.rate_of.update(chosen)
        roles.rates = list(dict.fromkeys(chosen.values()))
        return None
    return "no-rate" if rates.is_near(expression) or _is_said(roles, expression) else "not-there"


def _take_name(names: ChosenNames, choice: Choice) -> str | None:
    """Take a choice of a name; or the name of the text that says why not."""
    quantity, layer = _parts(choice.key)
    expression, layer = choice.expression, layer or 0
    if not names.has(quantity, layer):
        return "no-such"
    if expression in names.of(quantity, layer):
        names.roles.called[quantity, layer] = expression
        return None
    if expression in names.texts(quantity, layer):
        return None
    return f"no-{quantity}" if _is_said(names.roles, expression) else "not-there"


def _is_said(roles: Roles, expression: str) -> bool:
    """True if a value of the program has this name, or this text."""
    tape = roles.tape
    return any(" ".join(one.target.split()) == expression for one in tape.bindings) or any(
        tape.text(place) == expression for place in {event.place for event in tape.events} if place
    )


def candidates(related: Related, quantity: str, layer: int) -> list[Candidate]:
    """The values that could be a quantity of a layer; [] where there is no choice."""
    roles = related.roles
    if quantity == "eta":
        return [Candidate(*one) for one in ChosenRates(roles, related.texts).of()]
    if quantity in NAMED:
        called = roles.called.get((quantity, layer))
        named = related.chosen_names.of(quantity, layer)
        return [Candidate(name, line, 1.0, name == called) for name, line in named.items()]
    nets = _nets_of(roles, layer)
    if not nets:
        return []
    found: dict[tuple[str, int], Candidate] = {}
    for id, shown in related.of(quantity, nets[0]):
        ratios = related.ratios(quantity, nets[:_MOST_NETS], id)
        if ratios is None:
            continue
        line = roles.tape.places[roles.tape.event(id).place].line
        text = related.texts(id)[0]
        found.setdefault((text, line), Candidate(text, line, _one(ratios), id == shown))
    return list(found.values())


def _one(ratios: list[float]) -> float | None:
    first = ratios[0]
    return first if np.isfinite(first) and np.allclose(ratios, first, rtol=1e-9, atol=0) else None


def _nets_of(roles: Roles, layer: int) -> list[Net]:
    return [net for net in roles.network.nets if net.layer == layer and net.id in roles.deltas.of]


class Related:
    """Values near a quantity in the graph."""

    def __init__(self, roles: Roles) -> None:
        self.roles = roles
        self.graph = roles.graph
        self.tape = roles.tape
        self.nets = {net.id for net in roles.network.nets}
        self._found: dict[tuple[str, int], list[tuple[int, int | None]]] = {}
        self._bound = [
            (int(one.ids.min()), int(one.ids.max()), one.ids, " ".join(one.target.split()))
            for one in roles.tape.bindings
            if one.ids.size
        ]
        self._names: dict[int, list[str]] = {}
        self._texts: dict[int, list[str]] = {}
        self._made: dict[int, list[int]] = {}

    @cached_property
    def chosen_names(self) -> ChosenNames:
        """The names of inputs, weights, biases and nets."""
        return ChosenNames(self.roles)

    def texts(self, id: int) -> list[str]:
        """The texts by which the program refers to an id: its names first, then its expression."""
        if id not in self._texts:
            event = self.tape.event(id)
            text = self.tape.text(event.place) if event.kind is not Kind.SOURCE else ""
            self._texts[id] = [*self.names(id), *([text] if text else [])]
        return self._texts[id]

    def names(self, id: int) -> list[str]:
        """The names that the program gives an id."""
        if id not in self._names:
            found = {name for low, high, ids, name in self._bound if low <= id <= high and (ids == id).any()}
            self._names[id] = sorted(found)
        return self._names[id]

    def of(self, quantity: str, net: Net) -> list[tuple[int, int | None]]:
        """The values that could be a net's quantity, the nearest first; each with the one that is."""
        key = quantity, net.id
        if key not in self._found:
            self._found[key] = list(self._search(quantity, net))
        return self._found[key]

    def _search(self, quantity: str, net: Net) -> Iterator[tuple[int, int | None]]:
        start = self._start(quantity, net)
        shown = start[0] if len(start) == 1 else None
        seen, queue = set(start), deque(start)
        for _ in range(_MOST_STEPS):
            if not queue:
                return
            id = queue.popleft()
            if self._may_be(quantity, net, id):
                yield id, shown
            for other in self._neighbours(id):
                if other not in seen:
                    seen.add(other)
                    queue.append(other)

    def _start(self, quantity: str, net: Net) -> list[int]:
        if quantity == "delta":
            return [id for _, ids in self.roles.deltas.of[net.id].products for id in ids]
        known = self.roles.outputs.activation if quantity == "a" else self.roles.outputs.target
        return [known[net.id]] if net.id in known else [net.id]

    def _neighbours(self, id: int) -> list[int]:
        """The operands of an id and the results computed from it, element by element."""
        event = self.tape.event(id)
        near = self.tape.operands(id) if event.kind in _PASSES_ON else []
        return near + self._results(id)

    def _may_be(self, quantity: str, net: Net, id: int) -> bool:
        varies = bool(self.roles.varies[id]) and not self.roles.weights.root[id] >= 0
        if not self.texts(id):
            return False
        if quantity == "target":
            return not self.roles.varies[id] and self._meets_output(id, net)
        if quantity == "a":
            of_net = varies and self.roles.network.source[id] == net.id and id < self._comparison(net)
            return of_net and (
                bool(self.names(id)) or id in (net.id, self.roles.outputs.activation.get(net.id))
            )
        return varies and id not in self.nets and id > net.id

    def _meets_output(self, id: int, net: Net) -> bool:
        """True if a number computed from a net's output is compared with an id."""
        if self.graph.is_literal(id):
            return False
        return any(
            self.roles.varies[other] and self.roles.network.source[other] == net.id
            for result in self._results(id)
            if self.tape.event(result).operation in _COMPARES
            for other in self.tape.operands(result)
        )

    def _comparison(self, net: Net) -> int:
        """The first id that is computed from a net's target, in or after the net's pass; its delta without a target."""
        target = self.roles.outputs.target.get(net.id)
        after = [id for id in self._results(target) if id > net.id] if target is not None else []
        return min([*after, *(id for _, ids in self.roles.deltas.of[net.id].products for id in ids)])

    def _results(self, id: int) -> list[int]:
        """The results computed from an id, element by element."""
        if id not in self._made:
            events = [self.graph.events[number] for number in self.graph.consumers(id)[:_MOST_USERS]]
            self._made[id] = [
                one
                for event in events
                if event.kind in _PASSES_ON
                for one in self.graph.results_of(event, id)
            ]
        return self._made[id]

    def ratios(self, quantity: str, nets: list[Net], id: int) -> list[float] | None:
        """By how much the alike values of all nets are larger than the quantity; None if that is no fixed number, where
        it has to be one. `id` is the first net's."""
        pairs = [(self.alike(quantity, net, id, nets[0]), net) for net in nets]
        if any(other is None for other, _ in pairs):
            return None
        values = self.tape.values
        found = []
        for other, net in pairs:
            assert other is not None
            if quantity == "delta":
                own = self.roles.deltas.of[net.id].value(values)
            else:
                start = self._start(quantity, net)
                own = float(values[start[0]])
            if own != 0 or values[other] != 0:
                found.append(float(values[other]) / own if own else np.inf)
        if quantity != "delta":
            return found or [1.0]
        return found if found and _one(found) else None

    def alike(self, quantity: str, net: Net, id: int, of: Net) -> int | None:
        """The counterpart for a net of `id`, which belongs to the net `of`: a number at the same place, under the same name.
        None if there is none."""
        if net is of:
            return id
        event = self.tape.event(id)
        texts = set(self.texts(id))
        for other, _ in self.of(quantity, net):
            here = self.tape.event(other)
            same_place = (here.place, here.operation) == (event.place, event.operation)
            if same_place or (here.kind is event.kind and not texts.isdisjoint(self.texts(other))):
                return other
        return None


class _Chosen:
    """Puts chosen values in place of those that were found."""

    def __init__(self, roles: Roles) -> None:
        self.roles = roles
        self.related = Related(roles)

    def take(self, choice: Choice) -> str | None:
        """Take a choice; or the name of the text that says why not."""
        layers = len(self.roles.network.layers)
        quantity, given = _parts(choice.key)
        layer = layers if given is None else given
        nets = _nets_of(self.roles, layer) if 1 <= layer <= layers else []
        if not nets:
            return "no-layer"
        problem = "not-there"
        for id, _ in self.related.of(quantity, nets[0]):
            if choice.expression not in self.related.texts(id):
                continue
            problem = "no-multiple"
            ids = [self.related.alike(quantity, net, id, nets[0]) for net in nets]
            if self.related.ratios(quantity, nets, id) is not None and all(one is not None for one in ids):
                self._put(quantity, nets, [one for one in ids if one is not None])
                return None
        return problem

    def _put(self, quantity: str, nets: list[Net], ids: list[int]) -> None:
        outputs, deltas = self.roles.outputs, self.roles.deltas
        for net, id in zip(nets, ids):
            if quantity == "a":
                outputs.activation[net.id] = id
            elif quantity == "target":
                outputs.target[net.id] = id
            else:
                deltas.of[net.id] = self._scaled(deltas.of[net.id], id)

    def _scaled(self, delta: Delta, id: int) -> Delta:
        """The delta, read from another value of the program, which is larger by a constant."""
        values = self.roles.tape.values
        own, chosen = delta.value(values), float(values[id])
        scale = delta.scale * own / chosen if chosen else delta.scale
        return replace(delta, products=((1.0, (id,)),), scale=scale)
