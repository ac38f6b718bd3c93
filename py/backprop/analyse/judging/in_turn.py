"""Biases, or some of the weights, that are changed in some of the updates alone.

W += rate * x.T @ delta
if step % 2:
    b += rate * delta.sum(0)       # in the loop in which the weights are changed, too

So does a bias that is changed after all samples, by the sum of their deltas. One that gets there the delta of the last
sample alone is another thing. Of weights that have their turn, `W[step % 3] -= …`, those are looked at that move at once.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import numpy as np

from backprop.analyse.judging.evidence import Evidence, ratio_of
from backprop.analyse.judging.judgement import RULE, Judgement
from backprop.analyse.judging.rules import moved_as
from backprop.analyse.judging.steps import Row, table
from backprop.trace.tape import turns_around


def judge_in_turn(evidence: Evidence, rows: list[Row]) -> Judgement | None:
    """The judgement on a layer's biases that move by delta in some updates and stay as they are in others; None if they do
    not. `rows` are their changes, those that are 0 among them."""
    moved = [row for row in rows if row.change]
    if (
        not moved
        or len(moved) == len(rows)
        or any(row.before != row.after and not row.change for row in rows)
    ):
        return None
    by_round: dict[int, set[bool]] = defaultdict(set)
    for row in rows:
        by_round[row.round].add(row.change != 0)
    if any(len(some) > 1 for some in by_round.values()):
        return None  # a bias that is left out
    in_one_loop = all(_loop(evidence, row.event) == _loop(evidence, row.weights_event) for row in moved)
    own = [replace(row, gradient=row.own) for row in moved]
    if _are_multiples(evidence, moved) or (in_one_loop and _are_steps(evidence, own)):
        return Judgement(RULE, 1.0, "in-turn")
    return None


def weights_in_turn(evidence: Evidence, rows: list[Row]) -> Judgement | None:
    """The judgement on weights of which some have their turn later, after another pass, as the rows in `W[step % 3] -= …`,
    while those that move at once move by delta times input; None if it is not so."""
    if any(row.source < 0 for row in rows):
        return None
    owner, passes = evidence.tape.owner, defaultdict(list)
    for net in evidence.roles.network.nets:
        passes[evidence.roles.node_of[net.neuron]].append(int(owner[net.id]))
    is_later = [any(row.weights_event < one < row.event for one in passes[row.node]) for row in rows]
    at_once = [row for row, later in zip(rows, is_later) if not later and row.before != row.after]
    if not at_once or not any(is_later) or not _are_steps(evidence, at_once):
        return None
    return Judgement(RULE, 1.0, "in-turn")


def _are_multiples(evidence: Evidence, rows: list[Row]) -> bool:
    """True if the changes are one multiple of the gradients of all passes since the bias was changed: their sum, or mean."""
    ratio = ratio_of(table(rows, "change"), table(rows, "gradient") * table(rows, "scale"), evidence.near)
    return ratio is not None and ratio.factor > 0


def _are_steps(evidence: Evidence, rows: list[Row]) -> bool:
    """True if the changes are steps down the gradients."""
    gradient = table(rows, "gradient") * table(rows, "scale")
    return bool(np.any(gradient)) and bool(moved_as(evidence, rows, gradient).all())


def _loop(evidence: Evidence, number: int) -> tuple[int, int] | None:
    """The innermost loop around an event: its place, and how often it was begun; None if it stands in none."""
    turns = turns_around(evidence.tape, evidence.tape.events[number].turn)
    return next(((place, entry) for place, _, entry in turns), None)
