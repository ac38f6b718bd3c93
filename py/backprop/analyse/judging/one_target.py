"""Deltas of all samples that are made with the target of one sample.

X, y = np.array([[0, 0], [0, 1], …]), np.array([[0], [1], …])     # a row of y for each row of X
delta = (pred - y[0]) * pred * (1 - pred)                         # y is meant

Only where the program picks it by one number that stands there: in `for goal in goals: …` all samples rightly have one goal
for a while, and `rewards[-1]` is what all steps of a game have led to.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np

from backprop.analyse.judging.evidence import Evidence
from backprop.analyse.judging.judgement import DIFFERS
from backprop.analyse.judging.points import line_of_comparison
from backprop.analyse.judging.types import LayerVerdict, Point
from backprop.syntax_tree import variables_in, walk
from backprop.trace.sandbox import parsed
from backprop.trace.tape import Ids

_LEAST_SAMPLES = 2


def one_target_point(evidence: Evidence, verdict: LayerVerdict) -> None:
    """Say of the last layer, where its deltas are right otherwise, that they hold one target for all samples, though the
    program has another one for some of them."""
    last, targets = evidence.layers[-1], evidence.roles.outputs.target
    used = [{targets.get(nets[0].id, -1) for nets in column} for column in zip(*last.nets)]
    is_right = verdict.parts.get("delta") in ("agrees", "factor")
    if not is_right or any(len(some) != 1 or -1 in some for some in used):
        return
    target = sorted(id for some in used for id in some)
    samples = _samples(evidence)
    if len({inputs.tobytes() for inputs in samples}) < _LEAST_SAMPLES:
        return
    for table in _tables(evidence, np.concatenate(samples)):
        for wanted in _tables(evidence, np.array(target), len(table)):
            if len(_numbers_picked(evidence, wanted)) == 1 and any(
                _is_of_another(evidence, inputs, table, wanted, target) for inputs in samples
            ):
                verdict.parts["delta"] = DIFFERS
                facts = {"made": evidence.line(target[0])}
                line = line_of_comparison(evidence)
                verdict.points.append(Point("one-target", "mistake", verdict.number, line, facts))
                return


def _samples(evidence: Evidence) -> list[Ids]:
    """The inputs (ids) of each pass that was looked at."""
    roles = evidence.roles
    return [np.array(list(ids)) for n, ids in roles.inputs.items() if n in evidence.passes and ids]


def _tables(evidence: Evidence, ids: Ids, length: int = 0) -> Iterator[Ids]:
    """The arrays and lists that the program made before its first pass and that hold all of these ids, a sample in each row:
    `length` of them (0: two or more)."""
    first = evidence.roles.network.nets[0].id
    for binding in evidence.tape.bindings:
        if binding.ids.size and binding.ids.max() < first and np.isin(ids, binding.ids).all():
            for table in (binding.ids, binding.ids.T)[: binding.ids.ndim]:
                if len(table) == length or (not length and len(table) >= _LEAST_SAMPLES):
                    yield table.reshape(len(table), -1)


def _is_of_another(evidence: Evidence, inputs: Ids, table: Ids, wanted: Ids, target: list[int]) -> bool:
    """True if a target is not the one that `wanted` has for the sample with these inputs, one of the rows of `table`."""
    rows = np.flatnonzero([np.isin(inputs, row).all() for row in table])
    if not rows.size or np.isin(wanted[rows], target).any():
        return False
    values = {float(evidence.values[id]) for id in target}
    return all(values.isdisjoint(evidence.values[row].tolist()) for row in wanted[rows])


def _numbers_picked(evidence: Evidence, table: Ids) -> set[int]:
    """The rows of a table that the program picks by a number that stands there: 0 for `y[0]` and `y[0, 1]`. What a function
    was given may be any table: such a name counts in the line that compares alone."""
    nodes = walk(parsed(evidence.tape.source))
    loops = [variables_in(node.target) for node in nodes if isinstance(node, ast.For)]
    bound = {one.target for one in evidence.tape.bindings}.union(*loops)
    names = {one.target for one in evidence.tape.bindings if np.isin(table, one.ids).all()}
    line = line_of_comparison(evidence)
    found = set()
    for node in nodes:
        if not isinstance(node, ast.Subscript):
            continue
        index = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) else node.slice
        name = ast.unparse(node.value)
        is_table = name in names or (name not in bound and node.lineno == line)
        if is_table and isinstance(index, ast.Constant) and isinstance(index.value, int):
            found.add(int(index.value))
    return found
