"""The target, or a mean of targets, as a further factor of a change: `w[j] -= rate * delta * h[j] * t`. It belongs in delta
alone."""

from __future__ import annotations

from collections import defaultdict

from backprop.analyse.judging.evidence import Evidence, ratio_of
from backprop.analyse.judging.judgement import AGREES, DIFFERS
from backprop.analyse.judging.steps import Row, table
from backprop.analyse.judging.types import LayerVerdict, Point
from backprop.trace.tape import Kind

_MOST_FACTORS = 20  # of one change
_FOLLOWS = {"other-rule", "own-rates", "change-differs"}


def target_factor_points(
    evidence: Evidence, verdict: LayerVerdict, weights: list[Row], biases: list[Row]
) -> None:
    """Say of a layer whose deltas are right that its weights or biases change by delta times input times target."""
    if verdict.parts.get("delta") not in ("agrees", "factor"):
        return
    targets = _targets(evidence, verdict.number)
    found: dict[str, Row] = {}
    for what, rows in (("weights", weights), ("biases", biases)):
        # The changes of a node's weights by one operation on arrays have the same factors.
        of_nodes = {(row.event, row.node): row for row in reversed(rows)}
        multiplied = {
            row: id
            for row in reversed(of_nodes.values())
            for id in _factors(evidence, row)
            if _is_of(evidence, id, targets[row.before])
        }
        if multiplied and _is_in_the_rate(evidence, rows, [*multiplied.values()]):
            line = evidence.line_of(evidence.tape.events[rows[0].event])
            facts: dict[str, object] = {"what": f"name:{what}"}
            verdict.points.append(Point("target-in-rate", "remark", verdict.number, line, facts))
        elif multiplied:
            found[what] = next(iter(multiplied))
    if list(found) == ["weights"] and _are_multiples(evidence, biases):
        _without_rule(verdict, "biases")  # it was said beside the weights' rate, in which the target is
        verdict.parts["biases"] = AGREES
    for what, row in found.items():
        line = evidence.line_of(evidence.tape.events[row.event])
        verdict.parts[what] = DIFFERS
        _without_rule(verdict, what)
        verdict.points.append(
            Point("target-factor", "mistake", verdict.number, line, {"what": f"name:{what}"})
        )


def _is_in_the_rate(evidence: Evidence, rows: list[Row], factors: list[int]) -> bool:
    """True if these factors are one and the same number in all changes, which are multiples of the gradient: a mean of the
    targets of all samples."""
    return len({float(value) for value in evidence.values[factors]}) == 1 and _are_multiples(evidence, rows)


def _is_of(evidence: Evidence, id: int, targets: set[int]) -> bool:
    """True for a target, and for a sum or mean of targets alone."""
    event = evidence.tape.event(id)
    return id in targets or (event.kind is Kind.REDUCTION and targets.issuperset(evidence.tape.operands(id)))


def _are_multiples(evidence: Evidence, rows: list[Row]) -> bool:
    """True if all changes are the gradients times one constant."""
    return ratio_of(table(rows, "change"), table(rows, "gradient"), evidence.near) is not None


def _targets(evidence: Evidence, number: int) -> defaultdict[int, set[int]]:
    """By the version of a weight or bias of a layer: the targets of the samples that used it, but those that are an input of
    that sample, too, as in an autoencoder."""
    of_sample: dict[int, set[int]] = defaultdict(set)
    for row in evidence.layers[-1].deltas:
        ids = (evidence.roles.outputs.target.get(delta.net.id) for delta in row)
        of_sample[row[0].net.sample].update(id for id in ids if id is not None)
    found: defaultdict[int, set[int]] = defaultdict(set)
    for row in evidence.layers[number - 1].deltas:
        for net in (delta.net for delta in row):
            targets = of_sample[net.sample].difference(net.inputs.tolist())
            for version in (*net.weights.tolist(), *(bias for bias, _ in net.biases)):
                found[version] |= targets
    return found


def _without_rule(verdict: LayerVerdict, what: str) -> None:
    """Take back what was said of the rule by which the weights or biases change."""
    verdict.points = [
        one for one in verdict.points if one.id not in _FOLLOWS or one.facts.get("what") != f"name:{what}"
    ]


def _factors(evidence: Evidence, row: Row) -> list[int]:
    """The ids of the factors of a change that are no numbers of the network; [] if the change is no product."""
    tape = evidence.tape
    if row.after < 0 or row.before == row.after:
        return []
    update, found = tape.event(row.after), []
    queue = [one for one in tape.operands(row.after) if one != row.before]
    if update.operation not in ("add", "subtract") or len(queue) != 1:
        return []
    for _ in range(_MOST_FACTORS):
        if not queue:
            break
        id = queue.pop()
        if tape.event(id).operation in ("multiply", "negative") and not evidence.cut[id]:
            queue += tape.operands(id)
        elif not evidence.varies[id]:
            found.append(id)
    return found
