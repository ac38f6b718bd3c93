"""The arrays of a program that hold quantities of its network, each with the names of its axes.

l1 = sigmoid(np.dot(l0, syn0))     # (4, 3): a of layer 1, 4 samples × 3 nodes
"""

from __future__ import annotations

from collections.abc import Iterator

from backprop.model.role import NamedArray
from backprop.recording.own_names import outer_first
from backprop.roles.find import Roles
from backprop.topology import Place, ends_of, node_of
from backprop.trace.tape import Ids, Kind, Tape

_MOST_DIMENSIONS = 2
_QUANTITIES = {"t": "target", "w": "w", "b": "b", "net": "net", "a": "a", "delta": "delta"}


def named_arrays(roles: Roles) -> list[NamedArray]:
    """One entry for each expression and layer that computes such an array, or names given data as one; by lines."""
    tape, names = roles.tape, _names(roles.tape)
    given = [one for one in tape.bindings if one.ids.size > 1 and _is_given(tape, one.ids)]
    computed = [(event.place, event.ids) for event in tape.events if event.operands and event.size > 1]
    found: dict[tuple[int, str, int], NamedArray] = {}
    for place, ids in [*((one.place, one.ids) for one in given), *computed]:
        kind = _kind_of(roles, ids) if 1 <= ids.ndim <= _MOST_DIMENSIONS else None
        if kind is not None and (place, *kind) not in found:
            found[place, *kind] = _array(roles, place, ids, kind, names)
    return sorted(found.values(), key=lambda one: one.line)


def _is_given(tape: Tape, ids: Ids) -> bool:
    return int(ids.flat[0]) >= 0 and tape.event(int(ids.flat[0])).kind is Kind.SOURCE


def _names(tape: Tape) -> dict[int, str]:
    """The names that the program gives arrays, by the id of their first number."""
    names: dict[int, str] = {}
    for binding in outer_first(tape):
        if binding.ids.size > 1:
            names.setdefault(int(binding.ids.flat[0]), binding.target)
    return names


def _kind_of(roles: Roles, ids: Ids) -> tuple[str, int] | None:
    """The quantity and layer of an array; None if it holds none, or several."""
    first, last = (roles.places.get(int(ids.flat[at])) for at in (0, -1))
    if first is None or last is None or (kind := _kind(roles, first)) != _kind(roles, last):
        return None
    return kind


def _array(roles: Roles, place: int, ids: Ids, kind: tuple[str, int], names: dict[int, str]) -> NamedArray:
    where, text = roles.tape.places[place], roles.tape.text(place)
    nodes = () if kind[0] == "w" else tuple(_nodes(roles, ids))
    axes = tuple(_axis(roles, line) for line in _lines(ids))
    name = names.get(int(ids.flat[0]), "")
    return NamedArray(*kind, where.line, where.end_line, text, name, ids.shape, axes, nodes)


def _kind(roles: Roles, place: Place) -> tuple[str, int]:
    """The quantity as a row is called by, and its layer."""
    quantity, layer = place[0][0], max(0, roles.topology.layer_of(place[0]))
    return ("input" if quantity == "a" and layer == 0 else _QUANTITIES.get(quantity, quantity)), layer


def _nodes(roles: Roles, ids: Ids) -> Iterator[int]:
    found = (roles.places.get(id) for line in _lines(ids) for id in line)
    yield from dict.fromkeys(node_of(place[0]) for place in found if place is not None)


def _lines(ids: Ids) -> Iterator[list[int]]:
    """The first line of ids along each axis."""
    for axis in range(ids.ndim):
        first = [0] * ids.ndim
        yield ids[tuple(slice(None) if one == axis else at for one, at in enumerate(first))].tolist()


def _axis(roles: Roles, line: list[int]) -> str:
    """The name of an axis: "sample", "node" (of the layer), "input" (the nodes below, of weights), or "one"."""
    places = [place for id in line if (place := roles.places.get(id)) is not None]
    if len({sample for _, sample in places}) > 1:
        return "sample"
    if len({node_of(ref) for ref, _ in places}) > 1:
        return "node"
    sources = {ends_of(ref)[1] for ref, _ in places if ref[0] == "w"}
    return "input" if len(sources) > 1 else "one"
