"""A program's deltas and weight changes against central differences of the error, by the equations of the forward pass.

The forward part of the recorded network is run with one net, weight or bias a little larger and a
little smaller, and the two errors are compared. Nothing here knows the equations of the backward
pass; only the error (4.9) and the forward pass are taken for granted. It is for programs that are recorded by a
lesson's names: of all others `provenance/gradient_check.py` runs the program's own forward part.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from backprop.guard import guarded
from backprop.network import ACTIVATIONS
from backprop.topology import Place, Ref, inputs_of, ref_name, targets_of

if TYPE_CHECKING:  # types alone: as a second opinion it uses no equation and no check
    from backprop.equations.rule import Rule
    from backprop.model.recording import Array
    from backprop.recording.facade import CheckedRecording as Recording
    from backprop.topology import Topology

H = 1e-5  # the little more and the little less
_MOST_WEIGHTS = 500  # of a layer: each takes two forward passes of every sample, and a row of the table
# What central differences with this step leave uncertain.
RELATIVE = 1e-5
TINY = 1e-9


def edges_checked(topology: Topology) -> frozenset[tuple[int, int]]:
    """The connections whose weights are checked: of a layer with very many about 500, spread evenly."""
    return topology.some_edges(_MOST_WEIGHTS)


@dataclass(frozen=True)
class GradientRow:
    """A delta, or the change of a weight or bias, beside what central differences give for it; dimensionless.

    `where` is ("delta", 8), ("w", (8, 4)) or ("b", 8). `sample` is None for a change that several
    samples made together. `ratio` is code / numeric, NaN where that is 0 / 0; `blur` is what rounding may have
    changed in `numeric`: much where the error is large. `told` is what is known of two that are not the same: "factor"
    (right up to a constant), "rule" (another rule than the gradient's, as momentum), "unknown"; None: they differ.
    """

    where: Ref
    sample: int | None
    code: float
    numeric: float
    blur: float
    told: str | None = None

    @property
    def ratio(self) -> float:
        """The program's number divided by the numeric one: infinite where that is 0, NaN where both are."""
        if self.numeric:
            return self.code / self.numeric
        return math.copysign(math.inf, self.code) if self.code else math.nan

    @property
    def agrees(self) -> bool:
        """True if the two are the same, as far as central differences can tell."""
        if math.isnan(self.code) and math.isnan(self.numeric):
            return True
        return math.isclose(self.code, self.numeric, rel_tol=RELATIVE, abs_tol=TINY + self.blur)

    @property
    def state(self) -> str:
        """ "agrees", "factor", "rule", "unknown" or "differs"."""
        return "agrees" if self.agrees else self.told or "differs"

    def as_json(self) -> dict[str, Any]:
        """The row for the page; what is no finite number is null."""
        numbers = {"code": self.code, "numeric": self.numeric, "ratio": self.ratio}
        finite = {name: value if math.isfinite(value) else None for name, value in numbers.items()}
        return {"where": ref_name(self.where), "sample": self.sample, **finite, "state": self.state}


def gradient_by_equations(recording: Recording, iteration: int) -> list[GradientRow]:
    """Every delta and every change of a weight (`edges_checked`) or bias in one iteration, with its central difference.

    A delta is compared with -dE/dnet of its node and sample; a change with -dE/dw, times the
    learning rate, summed over the samples seen since that weight was last changed. E is the error of
    the program's rule (`recording.rule`), 4.9 unless the program says otherwise. Empty if the
    program has not gone forward with known inputs and targets. Raises ValueError as
    `Recording.value` does; never for what the program did.
    """
    recording.block(iteration)  # raises for an iteration that is not there
    rows: list[GradientRow] = []
    with guarded("checking the gradient of an iteration"):
        rows = _rows(recording, iteration)
    return rows


def _rows(recording: Recording, iteration: int) -> list[GradientRow]:
    rule, topology = recording.rule, recording.topology
    told = _rows_with_known_targets(recording, iteration)
    last = _last_changes(recording, iteration) if rule.momentum else {}
    edges = edges_checked(topology)
    rows: list[GradientRow] = []
    waiting: dict[Ref, list[_Pass]] = {}  # what each weight has not been changed for yet
    changed: set[Ref] = set()
    rate = math.nan
    for segment, (number, state, found) in enumerate(_segments(recording, iteration)):
        weights = {ref: value for (ref, _), value in state.items() if ref[0] in ("w", "b")}
        asked = [ref for ref in weights if ref[0] == "b" or ref[1] in edges]
        here: list[int | None] = [*sorted({row for _, row in found if row is not None})]
        for row in here or [None]:
            sample = row if row is not None else number if number >= 0 else None
            known = _inputs_and_targets(topology, state, found, row, (segment, row) in told)
            if known is None:
                continue
            downhill, blur = _downhill(topology, rule, weights, asked, *known)
            for ref in asked:
                waiting.setdefault(ref, []).append(_Pass(sample, downhill[ref], blur))
            for node in sorted(topology.nodes - {*topology.inputs}):
                if (("delta", node), row) in found:
                    code = found[("delta", node), row]
                    numeric = rule.sign * downhill["net", node]
                    rows.append(GradientRow(("delta", node), sample, code, numeric, blur))
        rate = rule.rate * (found.get(_ETA, state.get(_ETA, math.nan)) if rule.eta else 1.0)
        for ref in asked:
            if (ref, None) in found:
                change = found[ref, None] - weights[ref]
                rows += _change(
                    ref, change, waiting.pop(ref, []), rate, last.get(ref, 0.0), rule, weights[ref]
                )
                last[ref] = change
                changed.add(ref)
    if changed:  # a program that learns: what it has left as it was should have been changed, too
        for ref, passes in waiting.items():
            if ref not in changed:
                rows += _change(ref, 0.0, passes, rate, 0.0, rule, weights[ref])
    return rows


_ETA: Place = (("eta", None), None)


@dataclass(frozen=True)
class _Pass:
    """The forward pass of one sample: `downhill` is -dE/dw, its part of a weight's change; `blur` its rounding."""

    sample: int | None
    downhill: float
    blur: float


def _change(
    ref: Ref, code: float, passes: list[_Pass], rate: float, last: float, rule: Rule, weight: float
) -> list[GradientRow]:
    """The row of a weight's change; none if nothing has gone forward since its last one."""
    if not passes:
        return []
    pull = (
        rate * (rule.l2 * weight + math.copysign(rule.l1, weight) * (weight != 0)) if ref[0] == "w" else 0.0
    )
    rate /= len(passes) if rule.averaged else 1
    numeric = rate * sum(one.downhill for one in passes) - pull + rule.momentum * last
    sample = passes[0].sample if len(passes) == 1 else None
    return [GradientRow(ref, sample, code, numeric, abs(rate) * sum(one.blur for one in passes))]


# --- what was recorded ---

_State = dict[Place, float]


def _segments(recording: Recording, iteration: int) -> Iterator[tuple[int, _State, _State]]:
    """The sample of each segment, the state that it starts from, and the numbers that it sets."""
    state, passes = recording.open(iteration)
    for number, found in passes:
        yield number, state, found
        state = state | {place: value for place, value in found.items() if place[0][0] in ("w", "b", "eta")}


def _last_changes(recording: Recording, iteration: int) -> dict[Ref, float]:
    """The last change of each weight and bias before an iteration; none before the first; NaN if that is not kept."""
    if iteration == 0:
        return {}
    refs = [ref for ref, _ in recording.open(iteration)[0] if ref[0] in ("w", "b")]
    last = dict.fromkeys(refs, math.nan)
    if iteration - 1 in recording.kept:
        for _, state, found in _segments(recording, iteration - 1):
            last |= {ref: found[ref, None] - state[ref, None] for ref in refs if (ref, None) in found}
    return last


def _rows_with_known_targets(recording: Recording, iteration: int) -> set[tuple[int, int | None]]:
    """The (segment, row) whose target is surely its own, though it may have been set before the run."""
    outputs = [("delta", node) for node in recording.topology.outputs]
    possible = recording.check_groups(recording.block(iteration))
    return {whose for one in possible if one.step.sets in outputs for whose in one.whose}


def _inputs_and_targets(
    topology: Topology, state: _State, found: _State, row: int | None, told: bool
) -> tuple[list[float], list[float]] | None:
    """x and t of one sample that has gone forward; None where they are not known."""

    def value(ref: Ref) -> float | None:
        places: list[Place] = [(ref, row), (ref, None)]
        return next((held[p] for held in (found, state) for p in places if p in held), None)

    inputs, targets = inputs_of(topology), targets_of(topology)
    outputs: list[Ref] = [("a", node) for node in topology.outputs]
    is_forward = all((ref, row) in found for ref in outputs)
    has_old_target = not any((ref, r) in found for ref in targets for r in (row, None))
    has_new_input = any((ref, row) in found for ref in inputs)
    x, t = [value(ref) for ref in inputs], [value(ref) for ref in targets]
    if not is_forward or (has_old_target and has_new_input and not told):
        return None
    known_x, known_t = [v for v in x if v is not None], [v for v in t if v is not None]
    return (known_x, known_t) if len(known_x + known_t) == len(x + t) else None


# --- the forward part, run once more ---


def _downhill(
    topology: Topology,
    rule: Rule,
    weights: dict[Ref, float],
    asked: list[Ref],
    x: list[float],
    t: list[float],
) -> tuple[dict[Ref, float], float]:
    """-dE/d of every net and of the weights and biases asked for, for one sample, and a bound on the rounding in each.

    Each is one column of a forward pass.
    """
    nodes = [node for layer in topology.layers[1:] for node in layer]
    nets: list[Ref] = [("net", node) for node in nodes]
    column = {ref: n for n, ref in enumerate([*nets, *asked])}

    def error(more: float) -> Array:
        a = {node: np.full(len(column), value) for node, value in zip(topology.inputs, x)}
        for node in nodes:
            net = np.full(len(column), weights.get(("b", node), 0.0))
            net[column["net", node]] += more
            if ("b", node) in column:
                net[column["b", node]] += more
            for i in topology.incoming(node):
                weight = weights.get(("w", (node, i)), math.nan)
                net += weight * a[i]  # 4.11
                if ("w", (node, i)) in column:
                    net[column["w", (node, i)]] += more * a[i][column["w", (node, i)]]
            a[node] = ACTIVATIONS[rule.activation_of(node, topology)].value(net)
        return _error(rule, [a[node] for node in topology.outputs], t)

    with np.errstate(all="ignore"):
        less, more = error(-H), error(H)
        slope = (less - more) / (2 * H)
        blur = 8 * float(np.finfo(float).eps * np.max(np.abs(more), initial=0.0) / H)
    return dict(zip(column, slope.tolist())), blur


def _error(rule: Rule, outputs: list[Array], targets: list[float]) -> Array:
    total = np.zeros_like(outputs[0])
    for y, t in zip(outputs, targets):
        if rule.cost == "cross-entropy":
            total -= t * np.log(y) + (1 - t) * np.log(1 - y)
        else:
            total += (t - y) ** 2 / 2  # 4.9
    return rule.scale * total
