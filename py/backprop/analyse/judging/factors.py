"""Factor by factor: a delta of the program as a product, beside the chain rule's product."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from backprop.analyse.judging.comparison import Comparison, Factor
from backprop.analyse.judging.deltas import slopes_of
from backprop.analyse.judging.evidence import Evidence, Layer, ratio_of
from backprop.analyse.judging.explain import Parts
from backprop.trace.tape import Floats, Kind

_MOST_FACTORS = 6


def compare(evidence: Evidence, layer: Layer, parts: Parts, column: int) -> Comparison:
    """The factors of the deltas of one node."""
    paths = _leaves(evidence, layer, column)
    tables = [evidence.values[ids] for ids in paths]
    above, slope = parts.above[:, column], parts.slope[:, column]
    used_above = _subset(evidence, tables, above, ())
    used_slope = _subset(evidence, tables, slope, used_above)
    if not used_above:
        used_slope = _subset(evidence, tables, slope, ())
    kinds = ["other"] * len(tables)
    for at in used_above:
        kinds[at] = "above"
    for at in used_slope:
        kinds[at] = "slope"
    row = int(np.argmax(np.isfinite(above)))
    factors = []
    for ids, table, kind in zip(paths, tables, kinds):
        constant = kind == "other" and np.ptp(table) == 0
        factors.append(_factor(evidence, ids, row, "constant" if constant else kind))
    wanted = [("above", above[row]), ("slope", slope[row])]
    missing = tuple(kind for kind, _ in wanted if kind not in kinds)
    different = tuple(one for one in factors if one.kind == "other")
    chain = tuple(Factor(float(value), (), "", None, kind) for kind, value in wanted)
    right = {
        tuple(paths[at].tolist()) for at in _right_above(evidence, layer, tables, (*used_above, *used_slope))
    }
    suspects = [one for one in different if one.ids not in right]
    line = _line(evidence, layer, column, suspects or list(different))
    return Comparison(layer.nodes[column], tuple(factors), chain, missing, different, line)


def _right_above(
    evidence: Evidence, layer: Layer, tables: list[Floats], taken: tuple[int, ...]
) -> tuple[int, ...]:
    """The positions, among the factors of a hidden delta, of those that make up the delta of the only node above (its error,
    its slope), if that delta is right."""
    if layer.number >= len(evidence.layers) or len(evidence.layers[layer.number].nodes) != 1:
        return ()
    above = evidence.layers[layer.number]
    parts = [slopes_of(evidence, above)[:, 0], above.value[:, 0]]
    if above is evidence.layers[-1]:
        _, outputs, targets = evidence.outputs
        parts.append((targets - outputs)[:, 0])
    found: tuple[int, ...] = ()
    for part in parts:
        found += _subset(evidence, tables, part, (*taken, *found))
    return found


def _line(evidence: Evidence, layer: Layer, column: int, different: list[Factor]) -> int | None:
    """The line that computes the factors that differ: of one that has no other role, else of the product of them."""
    places = evidence.roles.places
    strange = [one for one in different if one.ids[0] not in places]
    if strange:
        return max(strange, key=lambda one: one.ids[0]).line
    wanted = {id for one in different for id in one.ids}
    delta = layer.deltas[0][column]
    for id in sorted({id for _, product in delta.products[:1] for id in product}):
        for part in sorted(_products(evidence, id, 0)):
            leaves = set(_factors(evidence, part, 0))
            if wanted & leaves and len(wanted & leaves) == len(different) > 1:
                return evidence.line(part)
    return None


def _products(evidence: Evidence, id: int, depth: int) -> Iterator[int]:
    """A number and the products inside it."""
    leaves = list(_factors(evidence, id, depth))
    if leaves == [id]:
        return
    yield id
    for operand in evidence.tape.operands(id):
        yield from _products(evidence, operand, depth + 1)


def _factor(evidence: Evidence, ids: Floats, row: int, kind: str) -> Factor:
    id = int(ids[row])
    event = evidence.tape.event(id)
    return Factor(
        float(evidence.values[id]),
        tuple(int(one) for one in ids),
        evidence.tape.text(event.place),
        evidence.line_of(event),
        kind,
    )


def _subset(
    evidence: Evidence, tables: list[Floats], wanted: Floats, taken: tuple[int, ...]
) -> tuple[int, ...]:
    """The factors whose product is a multiple of the wanted numbers, as places in `tables`; () if there are none."""
    free = [at for at in range(len(tables)) if at not in taken and np.ptp(tables[at]) > 0]
    known = np.isfinite(wanted)
    if known.sum() == 1:
        return _equal(tables, wanted, taken)
    if not known.any() or np.ptp(wanted[known]) == 0:
        return ()
    for size in range(1, len(free) + 1):
        for chosen in combinations(free, size):
            if ratio_of(np.prod([tables[at] for at in chosen], axis=0), wanted, evidence.near):
                return chosen
    return ()


def _equal(tables: list[Floats], wanted: Floats, taken: tuple[int, ...]) -> tuple[int, ...]:
    """The factors in one pass whose product is the wanted number or its negative, as places in `tables`."""
    free = [at for at in range(len(tables)) if at not in taken]
    for size in range(1, len(free) + 1):
        for chosen in combinations(free, size):
            product = np.prod([tables[at] for at in chosen], axis=0)
            if np.allclose(np.abs(product), np.abs(wanted), rtol=1e-9, atol=0, equal_nan=True):
                return chosen
    return ()


def _leaves(evidence: Evidence, layer: Layer, column: int) -> list[Floats]:
    """The factors of a node's deltas: of each the ids, one a pass."""
    found: list[list[int]] = []
    for row in layer.deltas:
        delta = row[column]
        ids = [id for _, product in delta.products[:1] for id in product]
        found.append([leaf for id in ids for leaf in _factors(evidence, id, 0)])
    if not found or len({len(one) for one in found}) != 1:
        ids = [
            max((id for _, product in row[column].products for id in product), default=0)
            for row in layer.deltas
        ]
        return [np.array(ids)]
    return [np.array(ids) for ids in zip(*found)]


def _factors(evidence: Evidence, id: int, depth: int) -> Iterator[int]:
    """The factors of a number, opened through products of two and changes of sign."""
    tape = evidence.tape
    id = evidence.added_to_zero(id)
    event = tape.event(id)
    operands = [] if event.kind in (Kind.SOURCE, Kind.OPAQUE) else tape.operands(id)
    single = event.kind is Kind.PRODUCT and len(operands) == 2
    if depth and id in evidence.roles.places:
        yield id
    elif depth < 5 and (single or (event.kind is Kind.ELEMENTWISE and event.operation == "multiply")):
        for operand in operands:
            yield from _factors(evidence, operand, depth + 1)
    elif depth < 5 and event.kind is Kind.ELEMENTWISE and event.operation in ("negative", "select", "astype"):
        yield from _factors(evidence, operands[0], depth + 1)
    else:
        yield id
