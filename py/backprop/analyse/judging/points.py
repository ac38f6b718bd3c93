"""The statements of the verdict on hidden deltas, signs, and changes of weights and biases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from backprop.analyse.judging.change_line import change_line
from backprop.analyse.judging.deltas import Judged, Match
from backprop.analyse.judging.evidence import Evidence, Layer, ratio_of
from backprop.analyse.judging.explain import explain_hidden, parts_of
from backprop.analyse.judging.factors import compare
from backprop.analyse.judging.judgement import AGREES, DIFFERS, FACTOR, RULE, STILL, Judgement
from backprop.analyse.judging.mixed_up import delta_of_another
from backprop.analyse.judging.side_by_side import change_beside, with_columns
from backprop.analyse.judging.steps import Row, Steps, table
from backprop.analyse.judging.still import may_change_later
from backprop.analyse.judging.types import LayerVerdict, Point
from backprop.analyse.judging.velocity import step_of_others
from backprop.roles.own_backward import is_carried_back_rightly
from backprop.texts import four_digits
from backprop.trace.tape import Floats

_MOST_ANCESTORS = 200  # of an output's delta, among which it is compared with its target
_RULES = {
    *("momentum", "L1", "L2", "adam", "rmsprop", "clipped", "sign", "rprop", "limited", "clipped-norm"),
    *("in-turn", "noise", "own-rates", "by-squares"),
}
_MAY_BE_OF_OTHERS = {"momentum", "other-rule"}  # rules in which the step of other weights may be found


def hidden_layer(evidence: Evidence, judged: Judged, steps: Steps) -> LayerVerdict:
    """The verdict on a hidden layer's deltas."""
    layer = judged.layer
    verdict = LayerVerdict(layer.number, layer.nodes, delta_line=line_of(evidence, layer, 0))
    if judged.unknown:
        verdict.parts["delta"], verdict.why = "unknown", judged.unknown
    elif judged.match is None:
        verdict.parts["delta"] = "differs"
        verdict.points.append(_difference(evidence, judged, steps))
    else:
        verdict.factor = abs(judged.match.factor)
        verdict.factor_name = factor_name(evidence, layer, judged.match)
        verdict.parts["delta"] = "agrees" if verdict.factor_name == "one" else "factor"
        if not judged.is_computed:
            verdict.parts["delta"] = RULE
            verdict.points.append(Point("activation-penalty", "rule", layer.number, verdict.delta_line))
    return verdict


def _difference(evidence: Evidence, judged: Judged, steps: Steps) -> Point:
    layer = judged.layer
    ids = [id for row in layer.deltas for delta in row for _, product in delta.products for id in product]
    if not evidence.varies[ids].any():
        update = evidence.tape.events[layer.deltas[0][0].update.event]
        facts = {"made": evidence.line(max(ids))}
        return Point("delta-never-computed", "mistake", layer.number, evidence.line_of(update), facts)
    columns = wrong_columns(layer, judged.right)
    if another := delta_of_another(evidence, judged, columns):
        return another
    explanation = explain_hidden(evidence, judged, steps, columns)
    parts = parts_of(evidence, judged)
    comparison = compare(evidence, layer, parts, columns[0])
    comparison = with_columns(evidence, judged, parts, columns[0], comparison)
    line = line_of(evidence, layer, columns[0])
    if explanation is None:
        return Point("hidden-delta-differs", "unknown", layer.number, comparison.line or line, {}, comparison)
    updated: dict[str, object] = {"updated": _update_line(evidence, layer)}
    return Point(explanation.id, "mistake", layer.number, line, updated, comparison)


def _update_line(evidence: Evidence, layer: Layer) -> int:
    """The line on which the weights of the layer above are changed."""
    update = evidence.layers[layer.number].deltas[0][0].update
    return evidence.line_of(evidence.tape.events[update.event])


def wrong_columns(layer: Layer, right: Floats) -> list[int]:
    """The nodes whose deltas differ while those of others are one multiple of the right ones; all if none is right.

    Of several multiples the one of most nodes is right; of equally many the one that goes downhill.
    """
    with np.errstate(all="ignore"):
        ratios = np.where(right != 0, layer.value / right, np.nan)
    factors: dict[int, float] = {}
    for column in range(right.shape[1]):
        known = ratios[np.isfinite(ratios[:, column]), column]
        strange = (right[:, column] == 0) & (layer.value[:, column] != 0)
        if known.size > 1 and not strange.any() and np.ptp(known) <= 1e-5 * abs(known[0]) and known[0]:
            factors[column] = float(f"{known[0]:.5g}")
    counts = Counter(factors.values())
    every = list(range(right.shape[1]))
    if not counts:
        return every
    sign = float(np.sign(np.median(layer.scale)))
    usual = max(counts, key=lambda factor: (counts[factor], factor * sign > 0))
    return [column for column in every if factors.get(column) != usual] or every


def line_of(evidence: Evidence, layer: Layer, column: int) -> int | None:
    """The line on which a node's delta is computed."""
    if not layer.deltas:
        return None
    ids = [id for _, product in layer.deltas[0][column].products for id in product]
    return evidence.line(evidence.added_to_zero(max(ids))) if ids else None


def factor_name(evidence: Evidence, layer: Layer, match: Match) -> str:
    """A key of the texts: which constant the deltas are a multiple by."""
    factor = abs(match.factor)
    if match.samples:
        return "samples"
    if match.varying:
        return "varying"
    near = max(1e-5, evidence.near.of_largest)
    for name, number in (("one", 1.0), ("two", 2.0), ("half", 0.5)):
        if abs(factor - number) < near * number:
            return name
    scale = np.abs(layer.scale)
    return "rate" if factor < 1 and (np.abs(scale - 1) < 1e-9).all() else "constant"


# --- signs ---


def signs_of(evidence: Evidence, judged: Sequence[Judged], layers: Sequence[LayerVerdict]) -> None:
    """Say where a layer steps uphill: the sign of delta and of the update together."""
    uphill: list[bool] = []
    above = 1.0
    previous: float = 0.0
    for one in reversed(judged):
        scale = float(np.sign(np.median(one.layer.scale)))
        if one.match is not None:
            above *= float(np.sign(one.match.factor)) * scale * (previous or 1.0)
        previous = scale
        uphill.append(above < 0)
    uphill.reverse()
    if all(uphill) and judged[-1].match is not None:
        if (rate := _negative_rate(evidence)) is not None:
            line, value = evidence.line(rate), four_digits(evidence.values[rate])
            layers[-1].points.insert(0, Point("negative-rate", "remark", len(layers), line, {"rate": value}))
            return
        layers[-1].parts["delta"] = "differs"
        layers[-1].points.insert(0, _uphill(evidence, len(layers)))
        return
    for one, verdict, wrong in zip(judged, layers, uphill):
        if wrong and one.match is not None:
            _say_uphill(evidence, one, verdict)


def _uphill(evidence: Evidence, last: int) -> Point:
    """The point on steps that all go uphill: where operations hand on their derivatives rightly, the update is wrong."""
    roles = evidence.roles
    if is_carried_back_rightly(roles.graph, roles.weights, roles.network.nets):
        line = evidence.line_of(evidence.tape.events[evidence.layers[-1].deltas[0][0].update.event])
        return Point("step-sign", "mistake", last, line, {"what": "name:weights"})
    return Point("error-sign", "mistake", last, line_of_comparison(evidence))


def line_of_comparison(evidence: Evidence, row: int = 0, column: int = 0) -> int | None:
    """The line on which an output meets its target on the way to delta; that of delta where this is not known."""
    last, found = evidence.layers[-1], evidence.roles.outputs
    delta = last.deltas[row][column]
    pair = {found.activation.get(delta.net.id, -1), found.target.get(delta.net.id, -1)}
    for _, ids in delta.products:
        for id in ids:
            for one in evidence.ancestors(id, _MOST_ANCESTORS):
                alike = evidence.tape.event(one).context == evidence.tape.event(id).context
                if alike and set(evidence.tape.operands(one)) == pair:
                    return evidence.line(one)
    return line_of(evidence, last, column)


def _negative_rate(evidence: Evidence) -> int | None:
    """The id of a learning rate below 0 that the program gives as a number of its own: `eta = -0.5`."""
    rates = [id for id in evidence.roles.rates if evidence.tape.event(id).operation == "constant"]
    return next((id for id in rates if evidence.values[id] < 0), None)


def settle_signs(evidence: Evidence, layers: Sequence[LayerVerdict]) -> None:
    """Say that the update of the weights is wrong, not delta, if all weights go uphill and all biases downhill."""
    last = layers[-1]
    if not last.points or last.points[0].id != "error-sign":
        return
    backwards = [
        [point for point in one.points if point.id == "step-sign" and point.facts["what"] == "name:biases"]
        for one in layers
    ]
    if not all(backwards):
        return
    last.points.pop(0)
    for one, points in zip(layers, backwards):
        for point in points:
            one.points.remove(point)
        update = evidence.layers[one.number - 1].deltas[0][0].update
        line = evidence.line_of(evidence.tape.events[update.event])
        one.parts |= {"weights": DIFFERS, "biases": AGREES}
        one.points.append(Point("step-sign", "mistake", one.number, line, {"what": "name:weights"}))


def _say_uphill(evidence: Evidence, judged: Judged, verdict: LayerVerdict) -> None:
    is_last = verdict.number == len(evidence.layers)
    in_delta = judged.match is not None and judged.match.factor < 0 and not is_last
    line = verdict.delta_line
    if not in_delta:
        update = judged.layer.deltas[0][0].update
        line = evidence.line_of(evidence.tape.events[update.event])
    verdict.parts["delta"] = "differs"
    verdict.points.insert(0, Point("delta-sign", "mistake", verdict.number, line))


# --- changes of weights and biases ---


def update_points(
    evidence: Evidence, verdict: LayerVerdict, judged: Judgement, rows: list[Row], what: str
) -> None:
    """Add to a layer's verdict what its weights or biases do."""
    if rows:
        verdict.change_lines[what] = evidence.line(rows[0].after)
    states = {AGREES: AGREES, FACTOR: AGREES if what == "biases" else FACTOR, RULE: RULE, DIFFERS: DIFFERS}
    if judged.state in states:
        verdict.parts[what] = states[judged.state]
    if judged.state == DIFFERS:
        verdict.points.append(_wrong_change(evidence, judged, verdict.number, what))
    elif judged.state == RULE:
        verdict.points += _rules(evidence, judged, rows, verdict.number, f"name:{what}")
    elif judged.state == STILL:
        _say_still(evidence, verdict, rows, what)
    elif judged.state == FACTOR and what == "biases" and abs(judged.factor - 1) > 1e-3:
        verdict.points.append(_bias_factor(evidence, judged, rows, verdict.number))


def _wrong_change(evidence: Evidence, judged: Judgement, number: int, what: str) -> Point:
    first = next((row for row in judged.wrong if row.change), judged.wrong[0])
    facts: dict[str, object] = {"what": f"name:{what}"}
    if judged.why == "truncated":
        return Point("weights-truncated", "mistake", number, change_line(evidence, first), facts)
    if judged.why == "momentum":
        term = judged.terms["momentum"]
        id = "momentum-sign" if term < 0 else "momentum-factor"
        return Point(
            id, "mistake", number, change_line(evidence, first), {**facts, "term": four_digits(term)}
        )
    beside = change_beside(evidence, first)
    if judged.why == "not-turned":
        facts["updated"] = change_line(evidence, first)
        return Point("change-not-turned", "mistake", number, evidence.line(judged.at), facts, change=beside)
    if judged.why == "sign" or _all_backwards(evidence, judged.wrong):
        line = evidence.line_of(evidence.tape.events[first.event])
        return Point("step-sign", "mistake", number, line, facts)
    line = change_line(evidence, first)
    if what == "biases" and _summed_over_nodes(evidence, judged.wrong, number):
        return Point("summed-over-nodes", "mistake", number, line, facts, change=beside)
    if what == "weights" and _of_averages(evidence, judged.wrong, number):
        return Point("average-times-average", "mistake", number, line, facts, change=beside)
    return Point("change-differs", "unknown", number, line, facts, change=beside)


def _of_averages(evidence: Evidence, rows: list[Row], number: int) -> bool:
    """True if the weights change by the average delta times the average input, not by the average of the products."""
    layer = evidence.layers[number - 1]
    groups: dict[int, list[int]] = {}
    for at, deltas in enumerate(layer.deltas):
        groups.setdefault(deltas[0].update.before, []).append(at)
    passes = list(groups.values())
    wrong = []
    for row in rows:
        here, column = passes[row.round], layer.nodes.index(row.node)
        inputs = [evidence.values[layer.deltas[at][column].net.inputs[row.source]] for at in here]
        wrong.append(row.scale * layer.value[here, column].sum() * np.mean(inputs))
    return np.allclose(table(rows, "change"), wrong, rtol=1e-6, atol=0)


def _summed_over_nodes(evidence: Evidence, rows: list[Row], number: int) -> bool:
    """True if the biases change by deltas that are summed over the nodes of the layer: over those of all samples, or of one
    sample for each bias."""
    layer = evidence.layers[number - 1]
    if len(layer.nodes) < 2:
        return False
    groups: dict[int, list[int]] = {}
    for at, deltas in enumerate(layer.deltas):
        groups.setdefault(deltas[0].update.before, []).append(at)
    passes = list(groups.values())
    change = table(rows, "change")
    whole = [row.scale * layer.value[passes[row.round]].sum() for row in rows]
    if ratio_of(change, whole, evidence.near) and np.allclose(change, whole, rtol=1e-6, atol=0):
        return True
    if any(len(passes[row.round]) != len(layer.nodes) for row in rows):
        return False
    turned = [row.scale * layer.value[passes[row.round][layer.nodes.index(row.node)]].sum() for row in rows]
    return np.allclose(change, turned, rtol=1e-6, atol=0)


def _all_backwards(evidence: Evidence, rows: list[Row]) -> bool:
    """True if the changes that differ are the right ones with the other sign."""
    ratio = ratio_of(table(rows, "change"), table(rows, "gradient") * table(rows, "scale"), evidence.near)
    return ratio is not None and ratio.factor < 0


def _rules(evidence: Evidence, judged: Judgement, rows: list[Row], number: int, name: str) -> list[Point]:
    first = next((row for row in rows if row.change), rows[0])
    line = evidence.line_of(evidence.tape.events[first.event])
    found = []
    for rule in (judged.rule or "other").split(" + "):
        id = rule if rule in _RULES else "other-rule"
        term = judged.terms.get(rule)
        if rule == "momentum" and term is not None and abs(term - 1) < 1e-6:
            found.append(Point("gradient-not-reset", "mistake", number, line, {"what": name}))
            continue
        if rule == "momentum" and abs(judged.factor - 1) > 1e-6:
            term = None  # as Nesterov's: no sum of the gradient and one part of the change before
        others = step_of_others(evidence, rows) if term is None and id in _MAY_BE_OF_OTHERS else None
        if others is not None:
            row, other = others
            changed = evidence.line_of(evidence.tape.events[row.event])
            facts = {"what": name, "other": other}
            found.append(Point("momentum-of-others", "mistake", number, changed, facts))
            continue
        id = "momentum-inside" if id == "momentum" and term is None else id
        said = "" if term is None else f"{abs(term):.4g}"
        found.append(Point(id, "rule", number, line, {"what": name, "term": said}))
    return found


def _say_still(evidence: Evidence, verdict: LayerVerdict, rows: list[Row], what: str) -> None:
    """Weights or biases that take part and are never changed; inputs that are added to a net are none."""
    places = evidence.roles.places
    if what == "weights" or any(row.before in places and places[row.before][0][0] == "a" for row in rows):
        return
    nodes = ", ".join(str(node) for node in sorted({row.node for row in rows}))
    if all(row.before != row.after for row in rows) and _cancel(evidence, verdict.number):
        line = change_line(evidence, rows[0])
        verdict.points.append(
            Point("summed-over-nodes", "mistake", verdict.number, line, {"what": "name:biases"})
        )
        verdict.parts[what] = DIFFERS
        return
    line = evidence.line(rows[0].before)
    useless = not table(rows, "start").any() and all(row.before == row.after for row in rows)
    if useless and may_change_later(evidence, rows[0].before):
        return
    if useless:
        verdict.parts[what] = DIFFERS
    id = "bias-not-updated" if useless else "bias-untrained"
    verdict.points.append(
        Point(id, "mistake" if useless else "remark", verdict.number, line, {"nodes": nodes})
    )


def _cancel(evidence: Evidence, number: int) -> bool:
    """True if the deltas of each sample add up to 0 over the nodes, as those of softmax outputs do: then biases that move by
    such a sum stay where they are."""
    values = evidence.layers[number - 1].value
    return bool((np.abs(values.sum(axis=1)) <= 1e-12 * np.abs(values).sum(axis=1)).all())


def _bias_factor(evidence: Evidence, judged: Judgement, rows: list[Row], number: int) -> Point:
    line = evidence.line(rows[0].after)
    samples = {row.samples for row in rows}
    if len(samples) == 1 and (m := samples.pop()) > 1:
        if abs(judged.factor * m - 1) < 1e-6:
            return Point("bias-mean", "remark", number, line, {"samples": m})
        if abs(judged.factor / m - 1) < 1e-6:
            return Point("bias-sum", "remark", number, line, {"samples": m})
    return Point("bias-rate", "remark", number, line, {"factor": f"{judged.factor:.4g}"})
