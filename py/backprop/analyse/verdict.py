"""The verdict: a program judged by the derivative of its own error.

    verdict = judge_program(find_roles(tape))
    verdict.layers[0].state        # "agrees", "factor", "rule", "differs" or "unknown"
    findings_of(verdict)           # what there is to say, as findings of a diagnosis

Each layer's deltas are compared with the program's own deltas of the layer above, pushed back through the program's
own forward graph, so that a mistake shows where it is made and not again further down. What is right up to one
constant is right.
"""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np

from backprop.analyse.findings import Finding
from backprop.analyse.judging.any_rule import follows_a_rule
from backprop.analyse.judging.broadcasting import broadcasts
from backprop.analyse.judging.deltas import Judged, OutputJudged, judge_hidden, judge_output
from backprop.analyse.judging.descent import Descent
from backprop.analyse.judging.direct import direct_points
from backprop.analyse.judging.dropout import dropout_points
from backprop.analyse.judging.evidence import Evidence, Layer
from backprop.analyse.judging.in_turn import judge_in_turn
from backprop.analyse.judging.judgement import AGREES, DIFFERS, FACTOR, RULE, UNKNOWN, Judgement
from backprop.analyse.judging.mixed_up import settle_subtracted_biases
from backprop.analyse.judging.of_operations import of_operations
from backprop.analyse.judging.one_sample import one_sample_points
from backprop.analyse.judging.one_target import one_target_point
from backprop.analyse.judging.other_passes import has_other_passes
from backprop.analyse.judging.other_target import other_target_point
from backprop.analyse.judging.other_weight import other_weight_point
from backprop.analyse.judging.output_points import output_layer
from backprop.analyse.judging.overwritten import overwritten
from backprop.analyse.judging.own_biases import own_bias_points
from backprop.analyse.judging.points import hidden_layer, settle_signs, signs_of, update_points
from backprop.analyse.judging.precision import DOUBLE
from backprop.analyse.judging.rules import judge_changes
from backprop.analyse.judging.scales import settle_scales
from backprop.analyse.judging.shared_rules import FEW, settle_rules
from backprop.analyse.judging.shown_target import shown_target
from backprop.analyse.judging.stale import stale_points
from backprop.analyse.judging.steps import Row, Steps
from backprop.analyse.judging.still import descent_of_still, still_points
from backprop.analyse.judging.target_factor import target_factor_points
from backprop.analyse.judging.trial_steps import has_trial_steps
from backprop.analyse.judging.types import LayerVerdict, Point, Verdict
from backprop.analyse.judging.uneven import settle_uneven
from backprop.analyse.judging.weight_factor import tell_weight_factor, without_weight_factor
from backprop.analyse.judging.without_input import points_without_input
from backprop.analyse.judging.zero_rate import zero_rate_point
from backprop.roles.enough import went_on
from backprop.roles.find import Roles
from backprop.sandbox.written_out import runs_unknown_text
from backprop.trace.tape import Floats, Tape

__all__ = ["LayerVerdict", "Point", "Verdict", "findings_of", "judge_program"]


def judge_program(roles: Roles) -> Verdict:
    """The verdict on the program whose roles were found; it never raises for what the program does."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return replace(_judged(Evidence(roles)), given_line=_given_line(roles.tape))


def _given_line(tape: Tape) -> int | None:
    """The line of the first number given to the program that is NaN or infinite."""
    given = (event for event in tape.events if event.operation in ("constant", "literal", "data"))
    for event in given:
        if not np.isfinite(tape.values[event.first : event.first + event.size]).all():
            return tape.places[event.place].line
    return None


def findings_of(verdict: Verdict) -> list[Finding]:
    """The statements of a verdict as findings; each told once, of all its nodes, though it may hold in several layers."""
    found: dict[tuple[str, int | None], Point] = {}
    for point in verdict.points:
        before = found.setdefault((point.id, point.line), point)
        nodes = {node for one in (before, point) for node in one.facts.get("nodes", "").split(", ") if node}
        if before is not point and nodes:
            facts = {**before.facts, "nodes": ", ".join(sorted(nodes, key=int))}
            found[point.id, point.line] = replace(before, facts=facts)
    return [point.finding() for point in found.values()]


def _judged(evidence: Evidence) -> Verdict:
    """The verdict on the roles of one tape: what each part shows, then what one part says of another."""
    if not evidence.passes:
        return _without_passes(evidence)
    of_weights = without_weight_factor(evidence)
    steps = Steps(evidence)
    output = judge_output(evidence)
    hidden = judge_hidden(evidence, output)
    descent = Descent(evidence, _slopes(hidden, output)) if np.isfinite(output.right).any() else None
    weights, biases = _changes(evidence, steps, descent)

    layers = [hidden_layer(evidence, judged, steps) for judged in hidden]
    layers.append(output_layer(evidence, output))
    signs_of(evidence, [*hidden, output], layers)
    _judge_updates(evidence, layers, weights, biases)
    if of_weights is not None:
        tell_weight_factor(layers[-1], of_weights)
    left_out = _settled(evidence, layers, steps, weights, biases)
    if descent is not None:
        _acquit(descent, layers, weights, biases)
    if _is_accused(layers) and follows_a_rule(evidence, [*weights, *biases]):
        _by_a_rule(evidence, layers, weights, biases)

    still = descent_of_still(evidence, steps, left_out, descent.values) if descent is not None else {}
    name, computed = output.error, output.computed
    is_trial = any(has_trial_steps(evidence, rows) for rows in weights)
    points = _in_order(evidence, layers, "trial-steps" if is_trial else _in_doubt(evidence, output))
    is_whole = all(layer.why != "other-passes" for layer in layers)  # else part of the network is not known
    needle = _needle(descent, [*weights, *biases], still) if is_whole else []
    if is_trial and needle and min(needle) > _BACKWARDS and not _accusations(points):
        points.append(_step_backwards(evidence, layers, weights))
    return Verdict(
        layers,
        name.name if name else None,
        computed.line if computed else None,
        points,
        needle,
        len(evidence.passes),
        computed=computed.name if computed else None,
    )


def _without_passes(evidence: Evidence) -> Verdict:
    """The verdict on a program whose forward passes were not found: only a few mistakes show without them."""
    layers = [
        LayerVerdict(layer.number, layer.nodes, {"delta": "unknown"}, why="no-passes")
        for layer in evidence.layers
    ]
    stale_points(evidence, layers)
    _with_overwritten(evidence, layers)
    if _unclear(evidence) in (None, "too-short"):
        still_points(evidence, layers)
    points_without_input(evidence, layers)
    if _unclear(evidence) is None:
        direct_points(evidence, layers)
    points = [point for layer in layers for point in layer.points]
    return Verdict(layers, points=_with_other_weight(evidence, layers, points))


def _slopes(hidden: list[Judged], output: OutputJudged) -> list[tuple[Layer, Floats]]:
    """The slopes of the error at the nets of the last layer, and those of penalties at hidden nets in the same sign and
    factor."""
    found = [(output.layer, output.right)]
    factor = output.match.factor if output.match else 1.0
    for one in reversed(hidden):
        if one.penalty is not None:
            found.append((one.layer, one.penalty / factor))
        factor *= one.match.factor if one.match else 1.0
    return found


Changes = list[list[Row]]  # of each layer, the first hidden layer first


def _settled(
    evidence: Evidence, layers: list[LayerVerdict], steps: Steps, weights: Changes, biases: Changes
) -> list[int]:
    """Add what one part says of another to the verdicts. Returns the ids of the weights that no update reaches."""
    layers[-1].points += shown_target(evidence)
    other_target_point(evidence, layers[-1])
    one_target_point(evidence, layers[-1])
    dropout_points(evidence, layers)
    stale_points(evidence, layers)
    one_sample_points(evidence, layers)
    zero_rate_point(evidence, layers)
    own_bias_points(evidence, layers)
    left_out = still_points(evidence, layers, steps.gradients)
    for verdict, of_weights, of_biases in zip(layers, weights, biases):
        target_factor_points(evidence, verdict, of_weights, of_biases)
    settle_uneven(evidence, layers, weights, biases)
    _with_overwritten(evidence, layers)
    settle_signs(evidence, layers)
    settle_subtracted_biases(evidence, layers)
    known = {point.line for point in layers[-1].points if point.id == "broadcast"}
    layers[-1].points += [point for point in broadcasts(evidence) if point.line not in known]
    return left_out


def _changes(evidence: Evidence, steps: Steps, descent: Descent | None) -> tuple[Changes, Changes]:
    """The changes of each layer's weights and of its biases, beside delta times input at the right scale."""
    weights: Changes = []
    biases: Changes = []
    for layer in evidence.layers:
        of_weights = steps.of_weights(layer)
        in_part = {(row.node, row.round) for row in of_weights if not row.whole}
        of_biases = steps.of_biases(layer)
        rows = [
            *of_weights,
            *(replace(row, whole=row.whole and (row.node, row.round) not in in_part) for row in of_biases),
        ]
        rows = settle_scales(layer, rows, descent.values if descent else None)
        weights.append(rows[: len(of_weights)])
        biases.append(rows[len(of_weights) :])
    return weights, biases


def _judge_updates(evidence: Evidence, layers: list[LayerVerdict], weights: Changes, biases: Changes) -> None:
    """Say of each layer by which rule its weights and biases are changed, or that they differ."""
    judged = settle_rules(evidence, [(judge_changes(evidence, rows), rows) for rows in (*weights, *biases)])
    for number, verdict in enumerate(layers):
        of_weights, of_biases = judged[number], judged[number + len(layers)]
        update_points(evidence, verdict, of_weights, weights[number], "weights")
        if biases[number]:
            if of_biases.state == DIFFERS and (in_turn := judge_in_turn(evidence, biases[number])):
                of_biases = in_turn
            elif of_weights.state == RULE and not of_weights.terms:
                of_biases = _by_rule_of_weights(of_weights, of_biases, len(biases[number]))
            is_known = of_weights.state == RULE and len(biases[number]) > FEW
            # where the weights differ, their deltas were perhaps sought beside the wrong inputs: `W1 -= rate * X @ d1`
            is_hidden = of_weights.state in (RULE, UNKNOWN, DIFFERS) and not is_known
            if is_hidden and of_biases.state == DIFFERS and of_biases.why is None:
                of_biases.state = UNKNOWN  # too few numbers to see the weights' rule in them
            update_points(evidence, verdict, of_biases, biases[number], "biases")


def _by_rule_of_weights(weights: Judgement, biases: Judgement, count: int) -> Judgement:
    """The judgement on `count` changes of biases whose weights follow a rule: a few changes fit nearly any rule, and what
    is a multiple of the gradient may be by the same rule."""
    if biases.state == FACTOR:
        return Judgement(AGREES)
    return replace(biases, rule=weights.rule) if biases.state == RULE and count <= FEW else biases


def _in_order(evidence: Evidence, layers: list[LayerVerdict], reason: str | None) -> list[Point]:
    """The points of all layers, those on deltas first; without accusations where there is a reason (a key of the texts) to
    doubt what was found."""
    points = [point for verdict in reversed(layers) for point in verdict.points]
    points += _about_precision(evidence)
    points.sort(key=lambda point: "delta" not in point.id and "slope" not in point.id)
    if reason and (_accusations(points) or reason == "trial-steps"):
        points = _without_accusations(layers, points, reason)
    elif _unclear(evidence) is None:
        points = of_operations(evidence, layers, points)
    return _with_other_weight(evidence, layers, points)


def _needle(descent: Descent | None, changes: Changes, still: dict[int, list[float]]) -> list[float]:
    """The angle of each update in degrees, of the updates in which every layer was changed. `still`: as `Descent.needle` has
    it."""
    if descent is None:
        return []
    last = min((max(row.round for row in rows) for rows in changes if rows), default=0)
    return descent.needle([row for rows in changes for row in rows if row.round <= last], still)


def _accusations(points: list[Point]) -> list[Point]:
    return [point for point in points if point.kind in ("mistake", "unknown")]


def _step_backwards(evidence: Evidence, layers: list[LayerVerdict], weights: Changes) -> Point:
    """Say that the steps of a program that moves its weights for a trial go uphill, all in all."""
    layer, rows = [(layer, rows) for layer, rows in zip(layers, weights) if rows][-1]
    layer.parts["weights"] = DIFFERS
    line = evidence.line_of(evidence.tape.events[rows[0].event])
    layer.points.append(Point("step-sign", "mistake", layer.number, line, {"what": "name:weights"}))
    return layer.points[-1]


def _about_precision(evidence: Evidence) -> list[Point]:
    """A point that says that numbers of a shorter type (float32) are compared less exactly; none for doubles."""
    near = evidence.near
    if near == DOUBLE:
        return []
    facts = {"type": near.name, "digits": near.digits}
    first = next(iter(evidence.roles.weights.updates.values()))[0]
    return [Point("precision", "remark", 1, evidence.line(first.result), facts)]


def _in_doubt(evidence: Evidence, output: OutputJudged) -> str | None:
    """Why nothing can be said against a program, whatever differs; None if it can. A key of the texts."""
    is_without = output.unknown == "no-targets" and output.computed is None  # it may learn by Oja's rule
    return "no-targets" if len(evidence.layers) == 1 and is_without else _unclear(evidence)


def _unclear(evidence: Evidence) -> str | None:
    """Why what was found of a program may be something else; None if it is clear. A key of the texts."""
    if runs_unknown_text(evidence.tape.source):
        return "exec"
    if evidence.roles.is_unclear:
        return "bias-behind-target"
    is_open = (
        evidence.tape.ended != "done" or evidence.roles.weights.mirrored
    )  # -W @ x: which sign is not known
    if is_open and not went_on(evidence.roles):
        return "too-short"
    return "other-passes" if has_other_passes(evidence) else None


def _without_accusations(layers: list[LayerVerdict], points: list[Point], reason: str) -> list[Point]:
    """The points without what is said against the program; the layers that differ cannot be told, nor by which rule they
    change where other passes are in their changes. What is said of deltas stays where weights are moved for a trial: each
    delta is compared with the derivative of its own pass."""
    left_out = {"mistake", "unknown"} | ({"rule"} if reason == "other-passes" else set())
    of_changes = _OF_BIASES if reason in ("other-passes", "trial-steps") else set()

    def is_said(point: Point) -> bool:
        is_left_out = point.kind in left_out or point.id in of_changes
        return not is_left_out or (reason == "trial-steps" and point.comparison is not None)

    for layer in layers:
        if DIFFERS in layer.parts.values():
            is_known = any(point.comparison is not None and is_said(point) for point in layer.points)
            layer.parts = {"delta": DIFFERS if is_known else "unknown"}
            layer.why = None if is_known else reason
        layer.points = [point for point in layer.points if is_said(point)]
    return [point for point in points if is_said(point)]


def _with_overwritten(evidence: Evidence, layers: list[LayerVerdict]) -> None:
    """Say of layers whose inputs were written over that this is why their weights' changes differ."""
    points = overwritten(evidence)
    for point in points:
        layer = layers[point.layer - 1]
        layer.points = [one for one in layer.points if one.id != "change-differs"] + [point]
        layer.parts["weights"] = DIFFERS


def _with_other_weight(evidence: Evidence, layers: list[LayerVerdict], points: list[Point]) -> list[Point]:
    """The points; where an update writes a weight to another one's place, that alone is said: all that is compared follows
    from what stands where."""
    said = other_weight_point(evidence)
    if said is None or _unclear(evidence) not in (None, "too-short"):
        return points
    kept = _without_accusations(layers, [one for one in points if one.id != "other-rule"], "other-weight")
    layer = layers[said.layer - 1]
    layer.parts = {**layer.parts, "weights": DIFFERS}
    layer.points = [*(one for one in layer.points if one.id != "other-rule"), said]
    return [said, *kept]


def _acquit(descent: Descent, layers: list[LayerVerdict], weights: Changes, biases: Changes) -> None:
    """Take back what is said against the deltas of a program whose steps are exactly the steepest descent."""
    _acquit_biases(descent, layers, biases)
    if not all(descent.is_followed(rows) for rows in weights):
        return
    for verdict in layers:
        if verdict.parts.get("delta") == "differs":
            verdict.points = [point for point in verdict.points if point.comparison is None]
            is_other = any(point.id in ("other-target", "one-target") for point in verdict.points)
            verdict.parts["delta"] = DIFFERS if is_other else AGREES


def _acquit_biases(descent: Descent, layers: list[LayerVerdict], biases: Changes) -> None:
    """Take back what is said against biases that go down steepest, where the weights beside them take another delta:
    `W1 -= rate * X.T @ e1`, with e1 before it is multiplied by the slope."""
    for verdict, rows in zip(layers, biases):
        if verdict.parts.get("biases") == DIFFERS and descent.is_followed(rows):
            verdict.parts["biases"] = AGREES
            verdict.points = [
                one
                for one in verdict.points
                if one.id != "change-differs" or one.facts.get("what") != "name:biases"
            ]


_BACKWARDS = 150  # degrees from the steepest descent, by which a trial does not turn a step
_OF_BIASES = {"bias-rate", "bias-mean", "bias-sum", "bias-untrained"}
"""Ids of the points that compare the changes of biases with those of weights; they are left out where some changes are
unknown."""

_OF_STEPS = {"error-sign", "step-sign", "delta-sign", "bias-rate"}
"""The ids of points that a step of another rule disproves, beside those that set numbers side by side."""


def _is_disproved(point: Point) -> bool:
    """True for a point that says that a delta or a change differs from the gradient."""
    return point.comparison is not None or point.change is not None or point.id in _OF_STEPS


def _is_accused(layers: list[LayerVerdict]) -> bool:
    return any(
        point.kind in ("mistake", "unknown") and _is_disproved(point)
        for layer in layers
        for point in layer.points
    )


def _by_a_rule(evidence: Evidence, layers: list[LayerVerdict], weights: Changes, biases: Changes) -> None:
    """Say of all layers that they follow a rule of another name, in place of what differs from the gradient."""
    for verdict, of_weights, of_biases in zip(layers, weights, biases):
        verdict.points = [point for point in verdict.points if not _is_disproved(point)]
        verdict.parts["delta"] = AGREES
        for what, rows in (("weights", of_weights), ("biases", of_biases)):
            moved = next((row for row in rows if row.change), None)
            if moved is None or verdict.parts.get(what) not in (DIFFERS, None):
                continue
            line = evidence.line_of(evidence.tape.events[moved.event])
            verdict.parts[what] = RULE
            facts = {"what": f"name:{what}", "term": ""}
            verdict.points.append(Point("other-rule", "rule", verdict.number, line, facts))
