"""One rule for all layers: where a layer has too few numbers to show its rule, that of the others is tried.

W1 = 0.99 * W1 - rate * g1     # six weights: L2 is seen in them
W2 = 0.99 * W2 - rate * g2     # two weights: two numbers fit any rule
"""

from __future__ import annotations

import numpy as np

from backprop.analyse.judging.evidence import Evidence
from backprop.analyse.judging.in_turn import weights_in_turn
from backprop.analyse.judging.judgement import DIFFERS, FACTOR, RULE, UNKNOWN, Judgement
from backprop.analyse.judging.rules import columns_of, moved_as
from backprop.analyse.judging.steps import Row, table

FEW = 3  # numbers that fit nearly any rule
_EXACT = 1e-6  # of a step that is just the right one with the other sign

Judged = tuple[Judgement, list[Row]]


def settle_rules(evidence: Evidence, judged: list[Judged]) -> list[Judgement]:
    """The judgements on the weights and biases of all layers, in the light of each other."""
    known = [one for one, _ in judged if one.state == RULE and one.terms]
    follows_rule = any(one.state == RULE for one, _ in judged)
    return [_settled(evidence, one, rows, known, follows_rule) for one, rows in judged]


def _settled(
    evidence: Evidence, judgement: Judgement, rows: list[Row], known: list[Judgement], follows_rule: bool
) -> Judgement:
    unclear = judgement.state == RULE and not judgement.terms and len(rows) <= FEW
    turned = judgement.why == "sign" and len(rows) <= FEW and abs(judgement.factor + 1) > _EXACT
    if judgement.state == DIFFERS and (in_turn := weights_in_turn(evidence, rows)):
        return in_turn
    if (judgement.why and not turned) or not (judgement.state in (DIFFERS, FACTOR) or unclear):
        return judgement
    gradient = table(rows, "gradient") * table(rows, "scale")
    for one in known:
        wanted = gradient + sum(value * columns_of(rows)[name] for name, value in one.terms.items())
        if moved_as(evidence, rows, np.asarray(wanted)).all():
            return Judgement(RULE, 1.0, one.rule, one.terms)
    if follows_rule and len(rows) <= FEW:
        return Judgement(UNKNOWN, why="too-few")
    return judgement
