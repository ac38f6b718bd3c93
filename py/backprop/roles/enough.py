"""Tests that a trace shows enough of a program: the whole network, over a few updates."""

from __future__ import annotations

import numpy as np

from backprop.roles.find import Roles, find_roles
from backprop.roles.graph import Graph
from backprop.roles.net import NotFound
from backprop.roles.weights import find_weights
from backprop.trace.tape import Tape

_LEAST_UPDATES = 2  # of each weight before the search may end,
_LEAST_PASSES = 4  # and passes with deltas: of two numbers, one a pass, any is a multiple of the other;
_MOST_EVENTS = 600  # on a longer tape fewer will do
_LARGE = 150_000  # numbers on a tape, of which not more updates are searched than
_ENOUGH_UPDATES = 4  # of each weight


class UntilWhole:
    """Tells of a growing tape whether it shows the whole network, over a few updates: then tracing may end.

    `roles` are those that were found in it then; None before.
    """

    def __init__(self) -> None:
        self.roles: Roles | None = None

    def __call__(self, tape: Tape) -> bool:
        try:
            roles = find_roles(tape)
        except NotFound:
            return False
        self.roles = roles if is_whole(roles) else None
        return self.roles is not None


def shortened(tape: Tape) -> Tape:
    """A large tape without what comes after a few updates of each weight: 240 images of 784-30-10 at once have 9,600 nets in
    one update, and a search costs as much for each more."""
    if len(tape) < _LARGE:
        return tape
    updates = find_weights(Graph(tape)).updates.values()
    if min(map(len, updates), default=0) <= _ENOUGH_UPDATES:
        return tape
    return tape.until(max(made[_ENOUGH_UPDATES].event for made in updates) + 1)


def is_whole(roles: Roles) -> bool:
    """True if nothing of a network is missing, and a few of its updates are known."""
    return not set(roles.missing) - _of_still(roles) and has_updates(roles)


def _of_still(roles: Roles) -> set[tuple[str, int]]:
    """The missing deltas that a longer trace would not show either: those of layers whose weights never change."""
    deltas = roles.deltas
    layers = enumerate(roles.network.layers, 1)
    return {
        ("delta", n) for n, here in layers if deltas.still & set(here) and not set(here) & set(deltas.missing)
    }


def has_updates(roles: Roles) -> bool:
    """True if a few updates of each weight that was looked at are known, in a few passes, and a pass after
    them."""
    updates = [len(roles.weights.updates.get(root, ())) for root in roles.deltas.looked_at.values()]
    passes = {delta.net.sample for delta in roles.deltas.of.values()}
    seen = len(passes) >= _LEAST_PASSES or len(roles.tape.events) > _MOST_EVENTS
    return seen and min(updates, default=0) >= _LEAST_UPDATES and went_on(roles)


def went_on(roles: Roles) -> bool:
    """True if a pass used the changed weights. Before it the layers above may not have been changed yet, so that they are
    not known as layers; and one step may be two updates (`w += …; w -= decay * w`)."""
    root, mirrored = roles.weights.root, roles.weights.mirrored
    is_used = np.zeros(len(root), bool)
    for net in roles.network.nets:
        is_used[net.weights] = True
    weights = (mirrored.get(id, id) for id in np.flatnonzero(is_used & (root >= 0)).tolist())
    used = {int(root[id]) for id in weights if root[id] != id}
    return used.issuperset(set(roles.deltas.looked_at.values()) - roles.weights.lost)
