"""The rows of what was found: one for each quantity, layer and place, in the order of the network."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from backprop.analyse.verdict import Verdict
from backprop.model.role import Choice, Found, FoundNetwork, OwnName, Role, RoleCandidate
from backprop.recording.own_names import outer_first, own_names
from backprop.recording.taps import Execution, Tap
from backprop.roles.choices import Choice as Chosen
from backprop.roles.choices import Related, candidates
from backprop.roles.chosen_names import quantity_and_layer
from backprop.roles.find import Roles
from backprop.roles.net import NotFound
from backprop.roles.survey import Training
from backprop.sandbox.errors import told
from backprop.texts import Words, document, languages, sentence
from backprop.topology import Ref, node_of, ref_name
from backprop.trace.tape import Kind, Place, Tape, turns_around

_ORDER = ("input", "target", "w", "b", "net", "a", "delta", "eta")
_MOST_ROWS = 120
_MOST_SHARES = 10_000  # a factor is written as 1/m up to here
_NEAR = 1e-9
_FIRST_RESORT = "no-network"


def found_network(
    trainings: Sequence[Training],
    number: int,
    taps: Sequence[Tap],
    verdict: Verdict,
    choices: Sequence[Chosen],
    by_rows: bool,
) -> Found:
    """The rows of network `number` (from 1) of those that were found, and what is missing of it."""
    roles = trainings[number - 1].roles
    own = own_names(roles, by_rows)
    names = _names(roles.tape)
    factors = _factors(verdict)
    rows = [row for tap in taps for row in _rows(roles, tap, own, names, factors)]
    rows += [*_rows_of_what_stays(roles, rows, names), *_row_of_classes(roles)]
    rows.sort(
        key=lambda row: (row.layer if row.quantity != "eta" else 99, _ORDER.index(row.quantity), row.line)
    )
    missing = (
        *(sentence("found", f"missing-{quantity}", layer=layer) for quantity, layer in roles.missing),
        *([sentence("found", "missing-stopped", line=stopped)] if (stopped := _stopped(roles)) else []),
        *(sentence("found", "missing-slope", line=line) for line in _changed(roles, roles.weights.slopes)),
        *(
            sentence("found", "missing-embedding", line=line)
            for line in _changed(roles, roles.weights.inputs)
        ),
    )
    networks = tuple(_described(n, trainings) for n in range(len(trainings)))
    return Found(
        "partial" if missing else "found",
        tuple(_with_candidates(roles, rows[:_MOST_ROWS])),
        missing,
        networks=networks,
        network=number,
        choices=tuple(map(_told, choices)),
        ones=roles.ones,
        ones_layers=_layers_by_ones(roles),
        names={ref_name(ref): name for ref, name in own.items()},
    )


def _stopped(roles: Roles) -> int | None:
    """The line of the program's own error, if it came in the turn of the loop in which the first weight was changed."""
    tape, updates = roles.tape, roles.weights.updates
    made = (updates.get(root) for root in roles.deltas.looked_at.values())
    first = min((some[0].event for some in made if some), default=None)
    if tape.error is None or first is None or tape.events[first].turn != len(tape.turns) - 1:
        return None
    return told(tape.error).line


def _changed(roles: Roles, ids: list[int]) -> list[int]:
    """The lines that made these versions of learned numbers."""
    tape = roles.tape
    made = (tape.event(id) for id in ids)
    return sorted({tape.places[event.place].line for event in made if event.kind is not Kind.SOURCE})


def _layers_by_ones(roles: Roles) -> dict[str, tuple[int, ...]]:
    """The sizes of the network with the columns of ones in the data as inputs, and as biases; {} if there are none."""
    if roles.ones is None:
        return {}
    inputs, *others = map(len, roles.topology.layers)
    drawn = inputs if roles.ones == "input" else inputs + roles.columns_of_ones
    return {"input": (drawn, *others), "bias": (drawn - roles.columns_of_ones, *others)}


def _told(choice: Chosen) -> Choice:
    facts = {"quantity": choice.key, "expression": choice.expression, "line": choice.line or 0}
    problem = sentence("found", f"choice-{choice.problem}", **facts) if choice.problem else None
    if problem and choice.line:
        where = sentence("found", "choice-line", line=choice.line)
        problem = {language: where[language] + text for language, text in problem.items()}
    return Choice(choice.key, choice.expression, choice.line, problem)


def _factors(verdict: Verdict) -> dict[int, float | None]:
    """By how much the deltas of each layer are larger than −∂E/∂net, without the sign; None where that is not known."""
    factors: dict[int, float | None] = {}
    above: float | None = 1.0
    for layer in sorted(verdict.layers, key=lambda layer: -layer.number):
        known = layer.factor if layer.parts.get("delta") in ("agrees", "factor") else None
        above = above * known if above is not None and known is not None else None
        factors[layer.number] = above
    return factors


def _written(factor: float) -> str:
    """A factor as a reader would write it: 2, 1/4, 0.05."""
    if abs(factor - round(factor)) < _NEAR * abs(factor):
        return str(round(factor))
    if abs(1 / factor - round(1 / factor)) < _NEAR / abs(factor) and abs(round(1 / factor)) <= _MOST_SHARES:
        sign = "-" if factor < 0 else ""
        return f"{sign}1/{abs(round(1 / factor))}"
    return f"{factor:.4g}"


def _with_candidates(roles: Roles, rows: Sequence[Role]) -> Iterator[Role]:
    """The rows with the values that each could show instead; the first row of each quantity and layer has them."""
    sizes = tuple(map(len, roles.topology.layers))
    last = len(sizes) - 1
    related = Related(roles)
    seen: set[tuple[str, int]] = set()
    for row in rows:
        key = row.quantity, row.layer
        wanted = row.quantity != "a" or row.layer == last
        found = candidates(related, *key) if wanted and key not in seen else []
        seen.add(key)
        if len(found) < 2:
            yield row
            continue
        shown = " ".join((row.name or row.expression).split())
        is_any_shown = any(one.is_shown for one in found)
        place = row.quantity if row.quantity in ("target", "input", "eta") else f"{row.quantity}[{row.layer}]"
        offered = tuple(
            RoleCandidate(
                one.expression,
                one.line,
                _written(one.ratio) if one.ratio else None,
                one.is_shown if is_any_shown else one.expression == shown,
                f"# backprop: {place} = {one.expression}",
                sizes,
            )
            for one in found
        )
        yield replace(row, candidates=offered)


def _rows_of_what_stays(roles: Roles, rows: Sequence[Role], names: dict[int, str]) -> Iterator[Role]:
    """Rows of biases that no line changes, and of a rate that is no single number of the program."""
    known = {(row.quantity, row.layer) for row in rows}
    told: set[tuple[str, int, str]] = set()
    layers = roles.topology.layers
    of_biases = [(id, place[0]) for id, place in roles.places.items() if place[0][0] == "b"]
    rates: list[tuple[int, Ref]] = [(id, ("eta", None)) for id in roles.rates]
    for id, ref in [*of_biases, *rates]:
        quantity, layer = quantity_and_layer(layers, ref) or ("", 0)
        name = names.get(id, "")
        if not quantity or (quantity, layer) in known or (quantity, layer, name) in told:
            continue
        told.add((quantity, layer, name))
        users = [roles.graph.events[number] for number in roles.graph.consumers(id)]
        event = next((one for one in users if one.place and len(one.operands) == 2), None)
        if event is None:
            continue
        place, text = roles.tape.places[event.place], roles.tape.text(event.place)
        text = _operand_text(text, next(k for k, ids in enumerate(event.operands) if (ids == id).any()))
        same = [one for _, one in of_biases if quantity_and_layer(layers, one) == ("b", layer)]
        nodes = tuple(dict.fromkeys(map(node_of, same))) if quantity == "b" else ()
        key = "row-b-still" if quantity == "b" else "row-eta"
        words = sentence("found", key, layer=layer, line=place.line, expression=text)
        evidence = sentence("found", f"evidence-{quantity}")
        yield Role(quantity, layer, *place, text, name, None, (), (), 1, None, nodes, evidence, words)


def _row_of_classes(roles: Roles) -> Iterator[Role]:
    """The row of targets that are no numbers but classes, `p[range(m), y] -= 1`: where 1 is taken from one output."""
    outputs, deltas, tape = roles.outputs, roles.deltas.of, roles.tape
    hot = next((net for net, number in outputs.one_hot.items() if number and net in deltas), None)
    id = deltas[hot].id if hot is not None else None
    while id is not None and tape.event(id).operation in ("multiply", "divide"):  # d = p / m
        id = next((one for one in tape.operands(id) if roles.varies[one]), None)
    if id is None or not tape.event(id).place:
        return
    place, text = tape.places[tape.event(id).place], tape.text(tape.event(id).place)
    last = len(roles.topology.layers) - 1
    words = sentence("found", "row-target-classes", layer=last, line=place.line, expression=text)
    evidence = sentence("found", "evidence-target-classes")
    nodes = roles.topology.layers[-1]
    yield Role("target", last, *place, text, "", None, (), (), 1, None, nodes, evidence, words)


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


def nothing_found(tape: Tape, reason: NotFound | None, loops: Mapping[Place, ast.stmt]) -> Found:
    """Why no network was found; `loops` are those of the program by their places on the tape."""
    line = tape.places[reason.place].line if reason is not None and reason.place else None
    unchanged = reason is not None and reason.reason == "no-weights"
    if tape.error is not None:
        key, line = "error", told(tape.error).line or line
    elif not tape.source.strip():
        key = "empty"
    elif tape.ended in ("seconds", "turns") or (tape.ended in ("events", "numbers") and unchanged):
        line = _last_loop(tape)
        key = "too-long" if line else "too-long-somewhere"
    elif unchanged and tape.complex_at:
        key, line = "complex", tape.places[tape.complex_at].line
    elif unchanged and tape.exact_at:
        key, line = "exact", tape.places[tape.exact_at].line
    elif unchanged and loops and loops.keys().isdisjoint(tape.places[place] for place in tape.ran):
        key, line = "loop-not-run", max(loops.values(), key=_length).lineno
    elif unchanged and not tape.ran:
        key = "no-loop"
    elif reason is None:
        key = _FIRST_RESORT
    else:
        key = reason.reason if reason.reason in document(languages()[0])["found"] else _FIRST_RESORT
    return Found("none", message=sentence("found", key, line=line or 1), line=line)


def _last_loop(tape: Tape) -> int | None:
    """The line of the outermost loop that was running when the trace ended."""
    around = list(turns_around(tape, len(tape.turns) - 1))
    return tape.places[around[-1][0]].line if around else None


def _length(loop: ast.stmt) -> int:
    return (loop.end_lineno or loop.lineno) - loop.lineno


def _names(tape: Tape) -> dict[int, str]:
    """The name that the program gave each number, by id; a name outside of functions comes first."""
    names: dict[int, str] = {}
    for binding in outer_first(tape):
        for id in binding.ids.ravel().tolist():
            names.setdefault(id, binding.target)
    return names


def _rows(
    roles: Roles, tap: Tap, own: dict[Ref, OwnName], names: dict[int, str], factors: dict[int, float | None]
) -> Iterator[Role]:
    """The rows for the layers that a tap notes, one each."""
    if tap.how == "start":
        return
    seen: dict[tuple[str, int], list[tuple[Execution, Ref]]] = {}
    for one in tap.cycle:
        for ref in one.refs:
            if ref is not None and (key := quantity_and_layer(roles.topology.layers, ref)) is not None:
                seen.setdefault(key, []).append((one, ref))
    for (quantity, layer), noted in seen.items():
        execution, ref = noted[0]
        name = own.get(ref)
        nodes = tuple(dict.fromkeys(node_of(ref) for _, ref in noted if ref[1] is not None))
        factor = factors.get(layer) if quantity == "delta" else 1.0
        written = _written(factor) if factor and quantity == "delta" else None
        yield Role(
            quantity,
            layer,
            tap.place.line,
            tap.place.column,
            tap.place.end_line,
            tap.place.end_column,
            tap.expression,
            name.target if name else _name_of(roles, ref, names),
            (name.line, name.column) if name else None,
            execution.shape,
            _axes(execution, quantity),
            tap.sign if quantity == "delta" else 1,
            written if written != "1" else None,
            nodes,
            sentence("found", f"evidence-{quantity}"),
            _words(quantity, layer, tap, nodes, written, roles.topology.is_one_to_one(layer)),
        )


def _name_of(roles: Roles, ref: Ref, names: dict[int, str]) -> str:
    return next((names[id] for id, (one, _) in roles.places.items() if one == ref and id in names), "")


def _operand_text(expression: str, operand: int) -> str:
    """The text of an operand: `rate` of `rate * x.T`; the whole where that cannot be told."""
    try:
        whole = ast.parse(expression, mode="eval").body
    except SyntaxError:
        return expression
    operands = [whole.left, whole.right] if isinstance(whole, ast.BinOp) else []
    return ast.unparse(operands[operand]) if operand < len(operands) else expression


def _axes(execution: Execution, quantity: str) -> tuple[str, ...]:
    """The meaning of each axis of an execution's array: "sample", "node", "input", or "one" (its length is 1)."""
    if quantity == "w" and len(execution.shape) == 2:
        refs = np.empty(len(execution.refs), object)
        refs[:] = execution.refs
        table = refs.reshape(execution.shape)
        line = table[0] if table.shape[1] > 1 else table[:, 0]
        one_node = len({node_of(ref) for ref in line if ref is not None}) == 1
        return ("node", "input") if one_node == (table.shape[1] > 1) else ("input", "node")
    return tuple(
        "sample" if axis == execution.sample_axis else "node" if length > 1 else "one"
        for axis, length in enumerate(execution.shape)
    )


def _words(
    quantity: str, layer: int, tap: Tap, nodes: tuple[int, ...], factor: str | None, is_one_to_one: bool
) -> Words:
    key = f"row-{quantity}" if quantity != "delta" else "row-delta" if tap.sign > 0 else "row-delta-negative"
    if quantity == "w" and is_one_to_one:
        key = "row-w-single"
    words = sentence(
        "found", key, layer=layer, line=tap.place.line, expression=tap.expression, count=len(nodes)
    )
    if quantity != "delta" or factor == "1":
        return words
    more = sentence("found", "factor" if factor else "factor-unknown", factor=factor or "")
    return {language: text + more[language] for language, text in words.items()}
