"""Products of matrices and what NumPy builds of them: @, dot, inner, outer, vdot, tensordot, einsum."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from backprop.trace.call import Call, by_name
from backprop.trace.tape import Ids
from backprop.trace.tracer import Tracer
from backprop.trace.whole import is_a

_MOST_SINGLE_PRODUCTS = 512


def matrix_product(tracer: Tracer, place: int, result: Any, left: Any, right: Any) -> Any:
    """left @ right, of vectors and matrices; `np.dot` of a single number is a plain product."""
    return _product_of(tracer, place, result, _ids(tracer, place, left, 0), _ids(tracer, place, right, 1))


def _ids(tracer: Tracer, place: int, value: Any, side: int) -> Ids:
    ids = tracer.identity.of(value, place, side)
    if ids is None:
        raise ValueError("no table of numbers")
    return ids


def _product_of(tracer: Tracer, place: int, result: Any, left: Ids, right: Ids) -> Any:
    if left.ndim == 0 or right.ndim == 0:
        return tracer.elementwise_of("multiply", place, result, [left, right])
    if left.ndim > 2 or right.ndim > 2:
        return _stack_of_products(tracer, place, result, left, right)
    rows = left if left.ndim == 2 else left[None, :]
    columns = right if right.ndim == 2 else right[:, None]
    return tracer.product(place, result, rows, columns)


def _stack_of_products(tracer: Tracer, place: int, result: Any, left: Ids, right: Ids) -> Any:
    """As `@` does it: one product for each pair of matrices in two stacks."""
    left = left[None, :] if left.ndim == 1 else left
    right = right[:, None] if right.ndim == 1 else right
    stack = np.broadcast_shapes(left.shape[:-2], right.shape[:-2])
    lefts = np.broadcast_to(left, stack + left.shape[-2:]).reshape(-1, *left.shape[-2:])
    rights = np.broadcast_to(right, stack + right.shape[-2:]).reshape(-1, *right.shape[-2:])
    return _each_product(tracer, place, result, lefts, rights)


def _each_product(tracer: Tracer, place: int, result: Any, lefts: Ids, rights: Ids) -> Any:
    """The result, in order, is one small table after the other, each of them the product of two."""
    if len(lefts) > _MOST_SINGLE_PRODUCTS or lefts.shape[1] == rights.shape[2] == 1:
        return _sums_of_products(tracer, place, result, lefts, rights)
    shape = lefts.shape[0], lefts.shape[1], rights.shape[2]
    tables = np.reshape(np.asarray(result), shape)
    made = [
        tracer.product(place, np.array(table), left, right)
        for table, left, right in zip(tables, lefts, rights)
    ]
    ids = np.array([tracer.identity.of_array(one, place) for one in made])
    return tracer.identity.give(result, ids.reshape(np.shape(result)), place)


def _sums_of_products(tracer: Tracer, place: int, result: Any, lefts: Ids, rights: Ids) -> Any:
    """Record a matrix product as products of single numbers and their sums."""
    terms = [lefts[:, :, None, :], rights.transpose(0, 2, 1)[:, None, :, :]]
    value = tracer.builder.value_of
    products = tracer.elementwise_of("multiply", place, value(terms[0]) * value(terms[1]), terms)
    return tracer.reduction(
        "sum", place, result, tracer.identity.of_array(products, place).reshape(np.size(result), -1)
    )


@by_name("dot", "matmul")
def _dot(call: Call) -> Any:
    left, right = call.operands(2)
    stacked = np.ndim(left) > 2 or np.ndim(right) > 2
    if stacked and call.name == "dot":
        return _tensordot_of(call, left, right, ([np.ndim(left) - 1], [max(np.ndim(right) - 2, 0)]))
    return matrix_product(call.tracer, call.place, call.result, left, right)


@by_name("inner")
def _inner(call: Call) -> Any:
    left, right = call.operands(2)
    return _tensordot_of(call, left, right, ([np.ndim(left) - 1], [np.ndim(right) - 1]))


@by_name("vdot")
def _vdot(call: Call) -> Any:
    left, right = (call.ids_of(operand).reshape(-1) for operand in call.operands(2))
    return _product_of(call.tracer, call.place, call.result, left, right)


@by_name("outer")
def _outer(call: Call) -> Any:
    left, right = (call.ids_of(operand).reshape(-1) for operand in call.operands(2))
    return call.tracer.elementwise_of("multiply", call.place, call.result, [left[:, None], right[None, :]])


@by_name("multi_dot")
def _multi_dot(call: Call) -> Any:
    first, *others, last = call.argument(0, "arrays", ())
    for one in others:
        first = matrix_product(call.tracer, call.place, np.dot(first, one), first, one)
    return matrix_product(call.tracer, call.place, call.result, first, last)


@by_name("kron")
def _kron(call: Call) -> Any:
    """Each element of the first by each of the second."""
    left, right = (call.ids_of(operand) for operand in call.operands(2))
    factors = [np.kron(left, np.ones_like(right)), np.kron(np.ones_like(left), right)]
    return call.tracer.elementwise_of("multiply", call.place, call.result, factors)


@by_name("tensordot")
def _tensordot(call: Call) -> Any:
    left, right = call.operands(2)
    axes = call.argument(2, "axes", 2)
    if not is_a(axes, (tuple, list)):
        axes = list(range(np.ndim(left) - axes, np.ndim(left))), list(range(axes))
    first, second = (list(np.atleast_1d(one)) for one in axes)
    return _tensordot_of(call, left, right, (first, second))


def _tensordot_of(call: Call, left: Any, right: Any, axes: tuple[Sequence[int], Sequence[int]]) -> Any:
    """The axes of left are summed against those of right; what is left over stands one after the other."""
    one, other = call.ids_of(left), call.ids_of(right)
    if not one.ndim or not other.ndim:
        return call.tracer.elementwise_of("multiply", call.place, call.result, [one, other])
    first, second = [axis % one.ndim for axis in axes[0]], [axis % other.ndim for axis in axes[1]]
    rows = one.transpose([axis for axis in range(one.ndim) if axis not in first] + first)
    columns = other.transpose(second + [axis for axis in range(other.ndim) if axis not in second])
    terms = math.prod(one.shape[axis] for axis in first)
    return call.tracer.product(call.place, call.result, rows.reshape(-1, terms), columns.reshape(terms, -1))


# --- einsum ---


@by_name("einsum")
def _einsum(call: Call) -> Any:
    subscripts, *operands = call.args
    if not is_a(subscripts, str) or "." in subscripts or not 1 <= len(operands) <= 2:
        return call.opaque()
    inputs, _, output = subscripts.replace(" ", "").partition("->")
    if not output and "->" not in subscripts:
        output = "".join(sorted(label for label in set(inputs) - {","} if inputs.count(label) == 1))
    tables, labels = [], []
    for operand, letters in zip(operands, inputs.split(",")):
        single = "".join(dict.fromkeys(letters))  # a diagonal, "ii", as one axis
        tables.append(np.einsum(f"{letters}->{single}", call.ids_of(operand)))
        labels.append(single)
    if len(tables) == 1:
        return _einsum_of_one(call, tables[0], labels[0], output)
    return _einsum_of_two(call, tables[0], tables[1], labels[0], labels[1], output)


def _einsum_of_one(call: Call, table: Ids, labels: str, output: str) -> Any:
    summed = "".join(label for label in labels if label not in output)
    ordered = np.einsum(f"{labels}->{output}{summed}", table)
    if not summed:
        return call.tracer.moved(call.place, call.result, ordered)
    return call.tracer.reduction("sum", call.place, call.result, ordered)


def _einsum_of_two(call: Call, left: Ids, right: Ids, one: str, other: str, output: str) -> Any:
    """A stack of products of matrices: the labels that both have and the result too are the stack."""
    stack = "".join(label for label in output if label in one and label in other)
    rows = "".join(label for label in output if label not in other)
    columns = "".join(label for label in output if label not in one)
    terms = "".join(label for label in one if label in other and label not in output)
    lone = set(one + other) - set(stack + rows + columns + terms)
    if lone:  # summed, but of one operand only
        return call.opaque()
    sizes = dict(zip(one + other, left.shape + right.shape))
    length = {part: math.prod(sizes[label] for label in part) for part in (stack, rows, columns, terms)}
    lefts = np.einsum(f"{one}->{stack}{rows}{terms}", left).reshape(
        length[stack], length[rows], length[terms]
    )
    rights = np.einsum(f"{other}->{stack}{terms}{columns}", right).reshape(
        length[stack], length[terms], length[columns]
    )
    order = stack + rows + columns
    # The result as that stack of tables, put into its own order by einsum again.
    ordered = np.einsum(f"{output}->{order}", np.asarray(call.result))
    shape = ordered.shape
    if not terms:
        ids = [lefts[:, :, 0, None], rights[:, 0, None, :]]
        flat = call.tracer.elementwise_of(
            "multiply", call.place, ordered.reshape(len(lefts), -1, length[columns]), ids
        )
    elif not stack:
        flat = call.tracer.product(call.place, ordered.reshape(length[rows], -1).copy(), lefts[0], rights[0])
    else:
        flat = _each_product(call.tracer, call.place, np.array(ordered), lefts, rights)
    made = call.tracer.identity.of_array(flat, call.place).reshape(shape)
    return call.tracer.identity.give(call.result, np.einsum(f"{order}->{output}", made), call.place)
