"""The program's own way to write each quantity: delta of node 5 for the fourth sample is `dZ2[0, 3]`.

The names are those of the program's assignments; an index is that of the number in the array that was assigned.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from backprop.model.role import OwnName
from backprop.recording.taps import sample_axis
from backprop.roles.chosen_names import MOST_QUANTITIES, ChosenNames, quantity_and_layer
from backprop.roles.find import Roles
from backprop.topology import Place, Ref, node_of
from backprop.trace.tape import Binding, Tape

_MOST_CHARACTERS = 40


def own_names(roles: Roles, by_rows: bool) -> dict[Ref, OwnName]:
    """The program's own names of the quantities of its network; a quantity for which it has none is left out.

    `by_rows` says whether several samples are worked out side by side, in the rows of arrays.
    """
    places = roles.places | dict.fromkeys(roles.rates, (("eta", None), None))
    separator = ", " if "numpy" in roles.tape.source else "]["  # of a list in lists one writes w[2][0]
    found: dict[Ref, OwnName] = {}
    for binding, known in [*_chosen(roles), *((one, places) for one in outer_first(roles.tape))]:
        for ref, name in _names_in(roles, known, binding, separator):
            if by_rows or not name.rows:
                found.setdefault(ref, name)
    _name_linear_outputs(roles, found)
    return _told_apart(_telling(found))


def _chosen(roles: Roles) -> Iterator[tuple[Binding, dict[int, Place]]]:
    """The assignments to names that the reader chose, each with the places of the numbers for which it was chosen."""
    if not roles.called:
        return
    known, layers = ChosenNames(roles).places, roles.topology.layers
    for key, name in roles.called.items():
        here = {id: place for id, place in known.items() if quantity_and_layer(layers, place[0]) == key}
        for binding in outer_first(roles.tape):
            if " ".join(binding.target.split()) == name:
                yield binding, here


def outer_first(tape: Tape) -> list[Binding]:
    """The assignments, those outside of functions first: what a function calls `x` has a better name where it is called."""

    def depth(context: int) -> int:
        return 0 if context <= 0 else 1 + depth(tape.contexts[context][0])

    return sorted(tape.bindings, key=lambda binding: depth(binding.context))


def _names_in(
    roles: Roles, places: dict[int, Place], binding: Binding, separator: str
) -> Iterator[tuple[Ref, OwnName]]:
    """The quantities that an assignment gives a name, each with that name."""
    found = [places.get(id) for id in binding.ids.ravel().tolist()]
    if not any(found):
        return
    shape = binding.ids.shape
    samples = np.array([-1 if one is None or one[1] is None else one[1] for one in found]).reshape(shape)
    axis = sample_axis(samples)
    if axis is not None and not _is_one_row_a_sample(found, samples, axis):
        return
    for at, one in zip(np.ndindex(shape), found):
        is_of_sample = one is not None and one[0][0] == "t" and binding.kind == "item"  # expected[label] = 1
        if one is not None and not is_of_sample:
            before, after = _indexed(binding.target, at, axis, separator)
            rows = 0 if axis is None else shape[axis]
            sign = roles.signs.get(node_of(one[0]), 1) if one[0][0] == "delta" else 1
            place = roles.tape.places[binding.place]
            yield one[0], OwnName(binding.target, before, after, rows, sign, place.line, place.column)


def _is_one_row_a_sample(
    found: list[Place | None], samples: np.ndarray[Any, np.dtype[np.int64]], axis: int
) -> bool:
    """True if all rows hold the same quantities, each row those of the sample whose number, modulo the number of rows, is
    the row."""
    table = np.empty(samples.shape, object)
    table.ravel()[:] = [one[0] if one else None for one in found]
    rows = np.moveaxis(table, axis, 0).reshape(samples.shape[axis], -1)
    numbers = np.moveaxis(samples, axis, 0).reshape(len(rows), -1).max(axis=1)
    in_order = bool((numbers >= 0).all() and (numbers % len(rows) == np.arange(len(rows))).all())
    return in_order and all(list(row) == list(rows[0]) for row in rows)


def _indexed(target: str, at: tuple[int, ...], axis: int | None, separator: str) -> tuple[str, str]:
    """The text before and after the sample's row: ("dZ2[0, ", "]")."""
    if not at:
        return target, ""
    indices = [str(index) for index in at]
    if axis is None:
        return f"{target}[{separator.join(indices)}]", ""
    before = "".join(index + separator for index in indices[:axis])
    after = "".join(separator + index for index in indices[axis + 1 :])
    return f"{target}[{before}", f"{after}]"


def _name_linear_outputs(roles: Roles, found: dict[Ref, OwnName]) -> None:
    """A linear node's output is its net: one number with one name."""
    for net in roles.network.nets:
        node = roles.node_of[net.neuron]
        if roles.outputs.activation.get(net.id) == net.id and ("net", node) in found:
            found.setdefault(("a", node), found["net", node])


def _telling(found: dict[Ref, OwnName]) -> dict[Ref, OwnName]:
    """Without the names that are too long, or stand for too many quantities."""
    quantities: dict[str, set[str]] = defaultdict(set)
    for ref, name in found.items():
        quantities[name.target].add(ref[0])
    return {
        ref: name
        for ref, name in found.items()
        if len(name.before + name.after) <= _MOST_CHARACTERS
        and len(quantities[name.target]) <= MOST_QUANTITIES
    }


def _told_apart(found: dict[Ref, OwnName]) -> dict[Ref, OwnName]:
    """Said of each name whether it stands for the same quantity of several nodes, as `neuron['delta']` does."""
    count = Counter((ref[0], name.before, name.after) for ref, name in found.items())
    shared = {
        (ref[0], name.target) for ref, name in found.items() if count[ref[0], name.before, name.after] > 1
    }
    return {ref: replace(name, shared=(ref[0], name.target) in shared) for ref, name in found.items()}
