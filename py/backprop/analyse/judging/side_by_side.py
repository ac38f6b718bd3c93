"""Factor by factor, side by side: the program's product for one delta, column by column over the chain rule's.

yours        w84 0.7664   δ8 −0.1447   (missing)            = −0.1109
chain rule   w84 0.7664   δ8 −0.1447   a4(1 − a4) 0.2222    = −0.02463
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np

from backprop.analyse.judging.comparison import Column, Comparison, Factor, Shown, SideBySide
from backprop.analyse.judging.deltas import Judged
from backprop.analyse.judging.evidence import Evidence, Layer, ratio_of
from backprop.analyse.judging.explain import Parts, weights_between
from backprop.analyse.judging.steps import Row
from backprop.equations.tex import symbol
from backprop.texts import four_digits
from backprop.topology import Ref
from backprop.trace.tape import Floats

_NEAR = 1e-6


def side_by_side(
    evidence: Evidence, judged: Judged, parts: Parts, column: int, comparison: Comparison
) -> SideBySide | None:
    """Both products of a node's delta; None where a number of them is not finite."""
    layer = judged.layer
    is_output = layer.number == len(evidence.layers)
    sign = evidence.roles.signs.get(layer.nodes[column], 1) if is_output else 1
    right = judged.right[:, column] * sign
    row = _telling_row(layer.value[:, column], right)
    ref: Ref = ("delta", layer.nodes[column])
    ours = _of_program(evidence, layer, column, row, comparison)
    chain = list(_of_chain_rule(evidence, layer, parts, column, row, sign))
    if not _near(float(np.prod([one.value for one in chain])), float(right[row])):
        chain = [_named(evidence, ref, float(right[row]))]
    columns = tuple(_columns(ours, chain))
    shown = [one for _, one in ours] + chain
    values = layer.value[row, column], right[row], *(one.value for one in shown)
    if not np.isfinite(values).all():
        return None
    name = symbol(ref, evidence.roles.topology)
    numbers = float(layer.value[row, column]), float(right[row])
    return SideBySide(ref, name, row, *numbers, columns, _line_of(evidence, layer, column, row))


def _telling_row(ours: Floats, right: Floats) -> int:
    """The first pass in which both are known, the right one is not 0 and they differ."""
    known = np.isfinite(ours) & np.isfinite(right)
    for wanted in (known & (right != 0) & (np.abs(ours - right) > _NEAR * np.abs(right)), known):
        if wanted.any():
            return int(np.argmax(wanted))
    return 0


def _line_of(evidence: Evidence, layer: Layer, column: int, row: int) -> int | None:
    """The line on which a node's delta is computed."""
    ids = [id for _, product in layer.deltas[row][column].products for id in product]
    return evidence.line(max(ids)) if ids else None


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= _NEAR * max(abs(one), abs(other))


def _named(evidence: Evidence, ref: Ref, value: float, **more: Any) -> Shown:
    name = symbol(ref, evidence.roles.topology)
    return Shown(name["text"], name["tex"], value, ref=ref, **more)


def change_beside(evidence: Evidence, row: Row) -> SideBySide | None:
    """The change that an update made to a weight or a bias, next to the product learning rate · delta · input (4.5)."""
    known = evidence.roles.places.get(row.before)
    event = evidence.tape.event(row.after)
    if known is None or known[0][0] not in ("w", "b") or not np.isfinite((row.change, row.gradient)).all():
        return None
    (quantity, key), topology = known[0], evidence.roles.topology
    names = [symbol(("eta", None), topology), symbol(("delta", row.node), topology)]
    if isinstance(key, tuple):
        names.append(symbol(("a", key[1]), topology))
    rate, text, tex = names[0], *(" ".join(name[how] for name in names[1:]) for how in ("text", "tex"))
    if row.samples > 1:
        text, tex = f"Σ {text}", rf"\sum {tex}"
    line = evidence.tape.places[event.place].line
    ref: Ref = (f"Δ{quantity}", key)
    ours = _named(evidence, ref, row.change, code=evidence.tape.text(event.place), line=line)
    right = Shown(rate["text"], rate["tex"], row.scale), Shown(text, tex, row.gradient)
    columns = (Column("differs", (ours,), right),)
    return SideBySide(ref, symbol(ref, topology), None, row.change, row.scale * row.gradient, columns, line)


# --- the program's factors ---


def _of_program(
    evidence: Evidence, layer: Layer, column: int, row: int, comparison: Comparison
) -> list[tuple[str, Shown]]:
    """The program's factors of a delta with their kinds; the delta as one number where it is no product of them."""
    ours = layer.value[:, column]
    tables = [evidence.values[list(one.ids)] for one in comparison.program]
    ratio = ratio_of(ours, np.prod(tables, axis=0), evidence.near) if tables else None
    if ratio is None:
        ids = [id for _, product in layer.deltas[row][column].products for id in product]
        place = evidence.tape.event(max(ids)).place if ids else 0
        code, line = evidence.tape.text(place), evidence.tape.places[place].line
        ref: Ref = ("delta", layer.nodes[column])
        return [("other", _named(evidence, ref, float(ours[row]), code=code, line=line))]
    found = [(one.kind, _shown(evidence, one, row)) for one in comparison.program]
    if not _near(ratio.factor, 1.0):
        found.append(("constant", Shown(four_digits(ratio.factor), "", ratio.factor)))
    return found


def _shown(evidence: Evidence, factor: Factor, row: int) -> Shown:
    id = factor.ids[row]
    place = evidence.tape.event(id).place
    code, line = evidence.tape.text(place), evidence.tape.places[place].line
    value = float(evidence.values[id])
    known = evidence.roles.places.get(id)
    if known is None:
        return Shown(code, "", value, "", line, None, id)
    return _named(evidence, known[0], value, code=code, line=line, id=id)


# --- the chain rule's ---


def _of_chain_rule(
    evidence: Evidence, layer: Layer, parts: Parts, column: int, row: int, sign: int
) -> Iterator[Shown]:
    above = float(parts.above[row, column])
    if layer.number < len(evidence.layers):
        yield from _pushed_back(evidence, layer, column, row, above)
    else:
        node = layer.nodes[column]
        t, a = (symbol((quantity, node), evidence.roles.topology) for quantity in ("t", "a"))
        first, second = (t, a) if sign > 0 else (a, t)
        yield Shown(f"{first['text']} − {second['text']}", f"{first['tex']} - {second['tex']}", sign * above)
    yield _slope(evidence, layer, parts, column, row)


def _pushed_back(evidence: Evidence, layer: Layer, column: int, row: int, above: float) -> Iterator[Shown]:
    """The weight and the delta of the one node above, or the sum over several."""
    upper = evidence.layers[layer.number]
    tables = weights_between(evidence, layer, upper)
    node = layer.nodes[column]
    if tables is None or len(upper.nodes) > 1:
        terms = [(("w", (k, node)), ("delta", k)) for k in upper.nodes]
        names = [[symbol(ref, evidence.roles.topology) for ref in pair] for pair in terms[:3]]
        text = " + ".join(f"{w['text']} {d['text']}" for w, d in names) + (" + …" if len(terms) > 3 else "")
        tex = " + ".join(f"{w['tex']} {d['tex']}" for w, d in names) + (
            r" + \cdots" if len(terms) > 3 else ""
        )
        yield Shown(text, tex, above)
        return
    id = int(tables[row][0, column])
    yield _named(
        evidence, ("w", (upper.nodes[0], node)), float(evidence.values[id]), line=evidence.line(id), id=id
    )
    line = _line_of(evidence, upper, 0, row)
    yield _named(evidence, ("delta", upper.nodes[0]), float(upper.value[row, 0]), line=line)


def _slope(evidence: Evidence, layer: Layer, parts: Parts, column: int, row: int) -> Shown:
    """The slope of the node's activation, written with the output where its numbers are those of sigmoid or tanh."""
    ids = [evidence.roles.outputs.activation.get(row[column][0].id, -1) for row in layer.nets]
    a, slope = evidence.values[ids], parts.slope[:, column]
    name = symbol(("a", layer.nodes[column]), evidence.roles.topology)
    text, tex = f"f′(net{_lowered(layer.nodes[column])})", f"f'(net_{{{layer.nodes[column]}}})"
    known = np.isfinite(slope) & np.isfinite(a)
    for formula, its_text, its_tex in (
        (a * (1 - a), f"{name['text']}(1 − {name['text']})", f"{name['tex']}(1 - {name['tex']})"),
        (1 - a**2, f"1 − {name['text']}²", f"1 - {name['tex']}^2"),
        (np.ones_like(a), "1", "1"),
    ):
        if known.any() and np.allclose(slope[known], formula[known], rtol=_NEAR, atol=1e-12):
            text, tex = its_text, its_tex
            break
    id = ids[row]
    line = evidence.line(id) if id >= 0 else None
    return Shown(text, tex, float(slope[row]), "", line, ("a", layer.nodes[column]))


def _lowered(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


# --- column by column ---


def _columns(ours: list[tuple[str, Shown]], chain: list[Shown]) -> Iterator[Column]:
    """The chain rule's factors in their order, each under the program's that stand in its place; then what is left."""
    left = list(ours)
    open_: list[Shown] = []
    for wanted in chain:
        matched, state = _match(left, wanted)
        left = [one for one in left if all(one is not taken for taken in matched)]
        if matched:
            yield Column(state, tuple(one for _, one in matched), (wanted,))
        else:
            open_.append(wanted)
    rest = tuple(one for kind, one in left if kind != "constant")
    if open_ and rest:
        yield Column("differs", rest, tuple(open_))
    elif rest:
        yield Column("extra", rest, ())
    elif open_:
        yield Column("missing", (), tuple(open_))
    yield from (Column("constant", (one,), ()) for kind, one in left if kind == "constant")


def _match(left: list[tuple[str, Shown]], wanted: Shown) -> tuple[list[tuple[str, Shown]], str]:
    """The program's factors that stand for one of the chain rule's, and how they compare."""
    quantity = wanted.ref[0] if wanted.ref else None
    same = [one for one in left if one[1].ref is not None and one[1].ref == wanted.ref and quantity != "a"]
    if same:
        ours = same[0][1]
        if _near(ours.value, wanted.value):
            return same[:1], "same"
        return same[:1], "updated" if quantity == "w" and ours.id > wanted.id >= 0 else "differs"
    group = [one for one in left if one[0] == ("slope" if quantity == "a" else "above")]
    constants = [one for one in left if one[0] == "constant"]
    for found in (group, group + constants):
        if found and _near(_product(found), wanted.value):
            return found, "same"
    if group and _near(-_product(group), wanted.value) and _product(constants) < 0:
        return group, "same"  # the other sign stands in a constant of its own
    if quantity == "w":
        return [one for one in left if one[1].ref is not None and one[1].ref[0] == "w"][:1], "differs"
    unnamed = [one for one in left if one[1].ref is None and _near(one[1].value, wanted.value)][:1]
    pairs = (list(pair) for pair in combinations(left, 2) if _near(_product(pair), wanted.value))
    return unnamed or next(pairs, []), "same"


def _product(some: Sequence[tuple[str, Shown]]) -> float:
    return float(np.prod([one.value for _, one in some]))


def with_columns(
    evidence: Evidence, judged: Judged, parts: Parts, column: int, comparison: Comparison
) -> Comparison:
    """A comparison with both products side by side."""
    return replace(comparison, beside=side_by_side(evidence, judged, parts, column, comparison))
