"""The statements of the verdict on the deltas of the last layer."""

from __future__ import annotations

import numpy as np

from backprop.analyse.judging.broadcasting import shapes_of
from backprop.analyse.judging.deltas import OutputJudged, slopes_of
from backprop.analyse.judging.errors import COMPUTED, CROSS_ENTROPY, MATCHING, PERCEPTRON, SQUARED
from backprop.analyse.judging.evidence import Evidence
from backprop.analyse.judging.explain import Parts, explain_output
from backprop.analyse.judging.factors import compare
from backprop.analyse.judging.points import factor_name, line_of, wrong_columns
from backprop.analyse.judging.side_by_side import with_columns
from backprop.analyse.judging.types import LayerVerdict, Point

_COMMON = (SQUARED, CROSS_ENTROPY, MATCHING)


def output_layer(evidence: Evidence, judged: OutputJudged) -> LayerVerdict:
    """The verdict on the last layer's deltas."""
    layer = judged.layer
    line = line_of(evidence, layer, 0)
    verdict = LayerVerdict(layer.number, layer.nodes, delta_line=line)
    if judged.unknown or (judged.match is None and not np.isfinite(judged.right).any()):
        verdict.parts["delta"], verdict.why = "unknown", judged.unknown or "opaque"
        if _is_never_computed(evidence, judged):
            verdict.parts["delta"] = "differs"
            verdict.points.append(Point("delta-without-output", "mistake", layer.number, line))
    elif judged.is_of_other_class and judged.computed:
        verdict.parts["delta"] = "differs"
        facts = {"at": judged.computed.line}
        verdict.points.append(Point("other-class", "mistake", layer.number, line, facts))
    elif judged.match is None:
        verdict.parts["delta"] = "differs"
        verdict.points.append(_difference(evidence, judged))
    elif judged.error and judged.error.name == PERCEPTRON:
        verdict.parts["delta"] = "rule"
        verdict.points.append(Point("perceptron", "rule", layer.number, line))
    else:
        verdict.factor = abs(judged.match.factor)
        verdict.factor_name = factor_name(evidence, layer, judged.match)
        verdict.parts["delta"] = "agrees" if verdict.factor_name == "one" else "factor"
        verdict.points += _about_error(judged, layer.number, line)
    return verdict


def _is_never_computed(evidence: Evidence, judged: OutputJudged) -> bool:
    """True if all deltas are 0 and made of no output: an array of zeros stands where the outputs ought to."""
    ids = [
        id for row in judged.layer.deltas for delta in row for _, product in delta.products for id in product
    ]
    return judged.unknown == "no-targets" and not judged.layer.value.any() and not evidence.varies[ids].any()


def _difference(evidence: Evidence, judged: OutputJudged) -> Point:
    layer = judged.layer
    columns = wrong_columns(layer, judged.right)
    explanation = explain_output(evidence, judged, columns)
    _, outputs, targets = evidence.outputs
    parts = Parts(targets - outputs, slopes_of(evidence, layer))
    comparison = compare(evidence, layer, parts, columns[0])
    comparison = with_columns(evidence, judged, parts, columns[0], comparison)
    line = line_of(evidence, layer, columns[0])
    if explanation is None:
        return Point("output-delta-differs", "unknown", layer.number, comparison.line or line, {}, comparison)
    facts: dict[str, str] = {}
    if explanation.part is not None:
        line = evidence.line(explanation.part)
        facts = shapes_of(evidence, explanation.part) if explanation.id == "broadcast" else {}
    return Point(explanation.id, "mistake", layer.number, line, facts, comparison)


def _about_error(judged: OutputJudged, number: int, line: int | None) -> list[Point]:
    """The statement on which error is descended, if the program computes another one or if it is a rare one."""
    error, computed = judged.error, judged.computed
    if error is None or error.name == COMPUTED:
        return []
    if computed and computed.name in _COMMON and error.name in _COMMON and computed.name != error.name:
        facts = {"error": f"name:{error.name}", "other": f"name:{computed.name}", "at": computed.line}
        return [Point("other-error", "remark", number, line, facts)]
    if error.name not in _COMMON or error.name == MATCHING:
        return [Point("this-error", "remark", number, line, {"error": f"name:{error.name}"})]
    return []
