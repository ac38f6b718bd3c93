"""Mutants: programs with one operator, operand, index, sign, transpose, order of statements or constant changed.

Also the truth about each: whether the steps it takes are the steepest descent of the original's error, by the
replayed tape and finite differences alone.
"""

import ast
import copy
import random

import numpy as np
from backprop.analyse.judging.evidence import Evidence
from backprop.analyse.judging.steps import Steps
from backprop.trace import Kind

_MOST_ROWS = 5  # weights of a layer that are nudged

_OPERATORS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult}


def mutants(source, count, seed=0):
    """Up to `count` different mutants of a program: (kind, line, source)."""
    tree = ast.parse(source)
    places = [(kind, at) for kind, at in _places(tree)]
    random.Random(seed).shuffle(places)
    found = {}
    for kind, at in places:
        changed = copy.deepcopy(tree)
        line = _CHANGES[kind](list(ast.walk(changed)), at, random.Random(f"{seed} {kind} {at}"))
        text = ast.unparse(ast.fix_missing_locations(changed)) if line else source
        if line and text not in found:
            found[text] = (kind, line)
        if len(found) >= count:
            break
    plain = ast.unparse(tree)
    return [(kind, _line(plain, text), text) for text, (kind, _) in found.items() if text != plain]


def _line(plain, text):
    """The first line on which two programs differ."""
    pairs = zip(plain.split("\n"), text.split("\n"))
    return next((number for number, (one, other) in enumerate(pairs, 1) if one != other), 0)


def _places(tree):
    for at, node in enumerate(ast.walk(tree)):
        if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
            yield "operator", at
        if isinstance(node, ast.AugAssign) and type(node.op) in (ast.Add, ast.Sub):
            yield "sign", at
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            yield "sign", at
        if isinstance(node, ast.Attribute) and node.attr == "T":
            yield "transpose", at
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield "operand", at
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant | ast.Name):
            yield "index", at
        if (
            isinstance(node, ast.Constant)
            and type(node.value) in (int, float)
            and node.value in (0, 1, 2, 0.5, 1.0)
        ):
            yield "constant", at
        if isinstance(getattr(node, "body", None), list) and len(node.body) > 1:
            yield "order", at


def _operator(nodes, at, random):
    node = nodes[at]
    node.op = _OPERATORS[type(node.op)]()
    return node.lineno


def _sign(nodes, at, random):
    node = nodes[at]
    node.op = ast.UAdd() if isinstance(node, ast.UnaryOp) else _OPERATORS[type(node.op)]()
    return node.lineno


def _transpose(nodes, at, random):
    node = nodes[at]
    for parent in nodes:
        for name, value in ast.iter_fields(parent):
            if value is node:
                setattr(parent, name, node.value)
                return node.lineno
            if isinstance(value, list) and node in value:
                value[value.index(node)] = node.value
                return node.lineno
    return 0


def _operand(nodes, at, random):
    node = nodes[at]
    assigned = {one.id for one in nodes if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    near = sorted(
        {
            one.id
            for one in nodes
            if isinstance(one, ast.Name) and one.id in assigned and abs(one.lineno - node.lineno) < 8
        }
        - {node.id}
    )
    if node.id not in assigned or not near:
        return 0
    node.id = random.choice(near)
    return node.lineno


def _index(nodes, at, random):
    node = nodes[at]
    if isinstance(node.slice, ast.Name):
        names = sorted(
            {
                one.slice.id
                for one in nodes
                if isinstance(one, ast.Subscript) and isinstance(one.slice, ast.Name)
            }
        )
        names = [name for name in names if name != node.slice.id]
        if not names:
            return 0
        node.slice.id = random.choice(names)
    elif type(node.slice.value) is int:
        node.slice.value = 1 - node.slice.value if node.slice.value in (0, 1) else 0
    else:
        return 0
    return node.lineno


def _constant(nodes, at, random):
    node = nodes[at]
    node.value = {0: 1, 1: 2.0, 2: 1, 0.5: 1.0}[node.value]
    return node.lineno


def _order(nodes, at, random):
    body = nodes[at].body
    plain = [n for n in range(len(body) - 1) if isinstance(body[n], ast.Assign | ast.AugAssign)]
    plain = [n for n in plain if isinstance(body[n + 1], ast.Assign | ast.AugAssign)]
    if not plain:
        return 0
    n = random.choice(plain)
    body[n], body[n + 1] = body[n + 1], body[n]
    return body[n].lineno


_CHANGES = {
    "operator": _operator,
    "sign": _sign,
    "transpose": _transpose,
    "operand": _operand,
    "index": _index,
    "constant": _constant,
    "order": _order,
}


def plain(source):
    """The program as the mutants are written: without comments."""
    return ast.unparse(ast.parse(source))


# --- the truth, by finite differences ---


def descends(roles, error):
    """Whether each layer's weights move along the steepest descent of an error ("squared" or "cross-entropy"), by
    finite differences of the replayed tape; None where that cannot be told."""
    with np.errstate(all="ignore"):
        evidence = Evidence(roles)
        ids, _, targets = evidence.outputs
        if not evidence.passes or (ids < 0).any() or not np.isfinite(targets).all():
            return None
        steps = Steps(evidence)
        for layer in evidence.layers:
            for rows in (steps.of_weights(layer), steps.of_biases(layer)):
                told = _follows(evidence, rows, error)
                if told is not True:
                    return told
    return True


def _follows(evidence, rows, error):
    changes = np.array([row.change for row in rows])
    if not changes.any():
        return True
    if not np.isfinite(changes).all():
        return None
    chosen = sorted(range(len(rows)), key=lambda at: -abs(changes[at]))[:_MOST_ROWS]
    slopes = np.array([-_slope(evidence, rows[at].before, error) for at in chosen])
    moved = changes[chosen]
    if not np.isfinite(slopes).all():
        return None
    if not slopes.any():
        return False
    factor = moved @ slopes / (slopes @ slopes)
    return bool(factor > 0 and np.abs(moved - factor * slopes).max() < 1e-3 * np.abs(moved).max())


def _slope(evidence, id, error):
    step = 1e-5
    up, down = (_error_with(evidence, id, change, error) for change in (step, -step))
    return (up - down) / (2 * step)


def _error_with(evidence, id, change, error):
    values = replayed(evidence.tape, id, change, evidence.parameters)
    ids, _, t = evidence.outputs
    y = values[ids]
    if error == "squared":
        return float(((t - y) ** 2).sum())
    if y.shape[1] > 1 and np.allclose(evidence.values[ids].sum(axis=1), 1):
        return float(-(t * np.log(y)).sum())
    return float(-(t * np.log(y) + (1 - t) * np.log(1 - y)).sum())


def replayed(tape, id, change, fixed):
    """The values of a tape after one of them has changed; those that `fixed` flags stay as they are."""
    values = tape.values.copy()
    values[id] += change
    moved = np.zeros(len(tape), bool)
    moved[id] = True
    for event in tape.events[int(tape.owner[id]) + 1 :]:
        if not event.operands or not any(moved[operand.ravel()].any() for operand in event.operands):
            continue
        here = np.arange(event.first, event.first + event.size)
        made = _again(event, values)
        free = ~fixed[here]
        values[here[free]] = np.ravel(made)[free]
        moved[here[free]] = True
    return values


def _again(event, values):
    operands = [values[operand] for operand in event.operands]
    if event.kind is Kind.PRODUCT:
        return operands[0] @ operands[1]
    if event.kind is Kind.REDUCTION:
        function = np.linalg.norm if event.operation == "norm" else getattr(np, event.operation)
        return function(operands[0], axis=1)
    if event.kind is Kind.OPAQUE:
        return np.full(event.size, np.nan)
    operands = [operand.ravel() for operand in operands]
    if event.operation in ("select", "astype"):
        return operands[0]
    if event.operation == "where":
        return np.where(operands[0] != 0, operands[1], operands[2])
    return getattr(np, event.operation)(*operands)
