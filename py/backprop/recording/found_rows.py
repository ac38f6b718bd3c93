"""The rows of what was found: one for each quantity, layer and place, in the order of the network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from backprop.model.role import Found, FoundNetwork, Role
from backprop.recording.role_places import Execution, Tap
from backprop.roles.find import Roles
from backprop.roles.network import NotFound
from backprop.roles.survey import Training
from backprop.texts import Words, document, languages, sentence
from backprop.topology import Ref
from backprop.trace.tape import Tape

_ORDER = ("input", "target", "w", "b", "net", "a", "delta", "eta")
_MOST_ROWS = 120
_FIRST_RESORT = "no-network"


def found_network(trainings: Sequence[Training], number: int, taps: Sequence[Tap]) -> Found:
    """The rows of network `number` (from 1) of those that were found, and what is missing of it."""
    roles = trainings[number - 1].roles
    names = _names(roles.tape)
    rows = [row for tap in taps for row in _rows(roles, tap, names)]
    rows.sort(
        key=lambda row: (row.layer if row.quantity != "eta" else 99, _ORDER.index(row.quantity), row.line)
    )
    missing = tuple(
        sentence("found", f"missing-{quantity}", layer=layer) for quantity, layer in roles.missing
    )
    networks = tuple(_described(n, trainings) for n in range(len(trainings)))
    state = "partial" if missing else "found"
    return Found(state, tuple(rows[:_MOST_ROWS]), missing, networks=networks, network=number)


def _described(n: int, trainings: Sequence[Training]) -> FoundNetwork:
    one = trainings[n]
    tape = one.roles.tape
    sizes = tuple(map(len, one.roles.topology.layers))
    line = tape.places[one.place].line if one.place else None
    time = 1 + len({other.entry for other in trainings[:n] if other.place == one.place} - {one.entry})
    rates = tuple(dict.fromkeys(float(tape.values[id]) for id in one.roles.rates))
    key = "network" if line else "network-without-loop"
    if sum(other.place == one.place for other in trainings) > 1:
        key += "-again"
    facts = {"sizes": "–".join(map(str, sizes)), "line": line or 0, "time": time}
    words = sentence("found", key, **facts)
    if len(rates) == 1:
        rate = sentence("found", "network-rate", rate=f"{rates[0]:g}")
        words = {language: text + rate[language] for language, text in words.items()}
    return FoundNetwork(n + 1, sizes, line, time, rates, words)


def nothing_found(tape: Tape, reason: NotFound | None) -> Found:
    """Why no network was found."""
    line = tape.places[reason.place].line if reason is not None and reason.place else None
    if tape.error is not None:
        key = "error"
        line = getattr(tape.error, "lineno", None) or line
    elif tape.ended in ("seconds", "turns"):
        key = "too-long"
    elif reason is None:
        key = _FIRST_RESORT
    else:
        key = reason.reason if reason.reason in document(languages()[0])["found"] else _FIRST_RESORT
    return Found("none", message=sentence("found", key, line=line or 0), line=line)


def _names(tape: Tape) -> dict[int, str]:
    """What the program assigned each number to first."""
    names: dict[int, str] = {}
    for binding in tape.bindings:
        for id in binding.ids.ravel().tolist():
            names.setdefault(id, binding.target)
    return names


def _rows(roles: Roles, tap: Tap, names: dict[int, str]) -> Iterator[Role]:
    """One row for each layer that a tap notes."""
    seen: dict[tuple[str, int], list[tuple[Execution, Ref]]] = {}
    for one in tap.cycle:
        for ref in one.refs:
            if ref is not None and (key := _quantity_and_layer(roles, ref)) is not None:
                seen.setdefault(key, []).append((one, ref))
    for (quantity, layer), noted in seen.items():
        execution = noted[0][0]
        nodes = tuple(dict.fromkeys(_node(ref) for _, ref in noted if ref[1] is not None))
        yield Role(
            quantity,
            layer,
            tap.place.line,
            tap.place.column,
            tap.place.end_line,
            tap.place.end_column,
            tap.expression,
            _name_of(roles, noted[0][1], names),
            execution.shape,
            _axes(execution, quantity),
            tap.sign if quantity == "delta" else 1,
            None,
            nodes,
            sentence("found", f"evidence-{quantity}"),
            _words(quantity, layer, tap, nodes),
        )


def _quantity_and_layer(roles: Roles, ref: Ref) -> tuple[str, int] | None:
    quantity, key = ref
    if quantity == "eta":
        return "eta", 0
    node = key[0] if isinstance(key, tuple) else key
    layers = roles.topology.layers
    layer = next((number for number, nodes in enumerate(layers) if node in nodes), None)
    if layer is None:
        return None
    if quantity == "factor":
        return "delta", layer
    return {"t": "target"}.get(quantity, "input" if quantity == "a" and layer == 0 else quantity), layer


def _node(ref: Ref) -> int:
    key = ref[1]
    return int(key[0] if isinstance(key, tuple) else key)


def _name_of(roles: Roles, ref: Ref, names: dict[int, str]) -> str:
    return next((names[id] for id, (one, _) in roles.places.items() if one == ref and id in names), "")


def _axes(execution: Execution, quantity: str) -> tuple[str, ...]:
    """What lies along each axis of an execution's array."""
    if quantity == "w" and len(execution.shape) == 2:
        refs = np.empty(len(execution.refs), object)
        refs[:] = execution.refs
        table = refs.reshape(execution.shape)
        line = table[0] if table.shape[1] > 1 else table[:, 0]
        one_node = len({_node(ref) for ref in line if ref is not None}) == 1
        return ("node", "input") if one_node == (table.shape[1] > 1) else ("input", "node")
    return tuple(
        "sample" if axis == execution.sample_axis else "node" if length > 1 else "one"
        for axis, length in enumerate(execution.shape)
    )


def _words(quantity: str, layer: int, tap: Tap, nodes: tuple[int, ...]) -> Words:
    key = f"row-{quantity}" if quantity != "delta" else "row-delta" if tap.sign > 0 else "row-delta-negative"
    return sentence(
        "found", key, layer=layer, line=tap.place.line, expression=tap.expression, count=len(nodes)
    )
