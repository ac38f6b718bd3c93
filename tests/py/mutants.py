"""Mutants: programs with one operator, operand, index, sign, transpose, order of statements or constant changed.

    for mutant in mutants(source, 40):
        mutant.kind, mutant.lines, mutant.source

What is true of each is told by `mutant_truth`.
"""

import ast
import copy
import random
from dataclasses import dataclass

_OPERATORS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.Gt: ast.Lt,
    ast.Lt: ast.Gt,
}
_NEAR = 8  # lines within which another operand is looked for


@dataclass(frozen=True)
class Mutant:
    """One changed program; `lines` are those of the changed statement, or of both that changed places."""

    kind: str
    lines: tuple[int, ...]
    source: str
    what: str


def plain(source):
    """The program as the mutants are written: without comments."""
    return ast.unparse(ast.parse(source))


def mutants(source, count, seed=0):
    """Up to `count` different mutants of a program, of all kinds in turn; the same ones each time."""
    source = plain(source)
    tree = ast.parse(source)
    by_kind = {}
    for kind, at in _places(tree):
        by_kind.setdefault(kind, []).append(at)
    for kind, places in by_kind.items():
        random.Random(f"{seed} {kind}").shuffle(places)
    found = {}
    while len(found) < count and any(by_kind.values()):
        for kind, places in by_kind.items():
            if places and len(found) < count:
                at = places.pop()
                changed = copy.deepcopy(tree)
                nodes = list(ast.walk(changed))
                if _CHANGES[kind](nodes, at, random.Random(f"{seed} {kind} {at}")):
                    text = ast.unparse(ast.fix_missing_locations(changed))
                    if text != source:
                        found.setdefault(text, kind)
    return [_mutant(source, kind, text) for text, kind in found.items()]


def _mutant(source, kind, text):
    pairs = list(zip(source.split("\n"), text.split("\n")))
    lines = tuple(number for number, (one, other) in enumerate(pairs, 1) if one != other)
    what = "; ".join(f"{one.strip()} -> {other.strip()}" for one, other in pairs if one != other)
    return Mutant(kind, _statement(ast.parse(text), lines), text, what)


def _statement(tree, lines):
    """The lines, with the first line of the statement that each is a part of."""
    found = set(lines)
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and not hasattr(node, "body"):
            found |= {node.lineno for line in lines if node.lineno <= line <= node.end_lineno}
    return tuple(sorted(found))


def _places(tree):
    for at, node in enumerate(ast.walk(tree)):
        if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
            yield "operator", at
        if isinstance(node, ast.Compare) and type(node.ops[0]) in _OPERATORS:
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
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            yield "constant", at
        if isinstance(getattr(node, "body", None), list) and len(node.body) > 1:
            yield from [("order", at)] * (len(node.body) - 1)


def _operator(nodes, at, random):
    node = nodes[at]
    if isinstance(node, ast.Compare):
        node.ops[0] = _OPERATORS[type(node.ops[0])]()
    else:
        node.op = _OPERATORS[type(node.op)]()
    return True


def _sign(nodes, at, random):
    node = nodes[at]
    node.op = ast.UAdd() if isinstance(node, ast.UnaryOp) else _OPERATORS[type(node.op)]()
    return True


def _transpose(nodes, at, random):
    node = nodes[at]
    for parent in nodes:
        for name, value in ast.iter_fields(parent):
            if value is node:
                setattr(parent, name, node.value)
                return True
            if isinstance(value, list) and node in value:
                value[value.index(node)] = node.value
                return True
    return False


def _operand(nodes, at, random):
    node = nodes[at]
    names = [one for one in nodes if isinstance(one, ast.Name)]
    assigned = {one.id for one in names if isinstance(one.ctx, ast.Store)}
    near = sorted(
        {one.id for one in names if one.id in assigned and abs(one.lineno - node.lineno) < _NEAR} - {node.id}
    )
    if node.id not in assigned or not near:
        return False
    node.id = random.choice(near)
    return True


def _index(nodes, at, random):
    node = nodes[at]
    if isinstance(node.slice, ast.Name):
        slices = [one.slice for one in nodes if isinstance(one, ast.Subscript)]
        names = sorted({one.id for one in slices if isinstance(one, ast.Name)} - {node.slice.id})
        if not names:
            return False
        node.slice.id = random.choice(names)
    elif type(node.slice.value) is int:
        node.slice.value = 1 - node.slice.value if node.slice.value in (0, 1) else 0
    else:
        return False
    return True


def _constant(nodes, at, random):
    node = nodes[at]
    node.value = type(node.value)({0: 1, 1: 2, 2: 1}.get(node.value, 2 * node.value))
    return True


def _order(nodes, at, random):
    body = nodes[at].body
    simple = ast.Assign | ast.AugAssign | ast.Expr
    pairs = [n for n in range(len(body) - 1) if isinstance(body[n], simple)]
    pairs = [n for n in pairs if isinstance(body[n + 1], simple)]
    if not pairs:
        return False
    n = random.choice(pairs)
    body[n], body[n + 1] = body[n + 1], body[n]
    return True


_CHANGES = {
    "operator": _operator,
    "sign": _sign,
    "transpose": _transpose,
    "operand": _operand,
    "index": _index,
    "constant": _constant,
    "order": _order,
}
