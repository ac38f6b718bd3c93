"""A weight that an update writes to the place of another one.

w[0] = w[1] - rate * d * x[1]      # then the net multiplies two versions of w[1], and w[0] is lost
"""

from __future__ import annotations

import numpy as np

from backprop.analyse.judging.evidence import Evidence
from backprop.analyse.judging.types import Point
from backprop.equations.tex import symbol
from backprop.roles.net import Net
from backprop.trace.tape import Ids


def other_weight_point(evidence: Evidence) -> Point | None:
    """The point that says so; None if no net multiplies two versions of one weight."""
    roles = evidence.roles
    if not any(_has_two_versions(roles.weights.root[net.weights]) for net in roles.network.nets):
        return None
    home: dict[int, int] = {}  # of each start value the position at which it was multiplied first
    for net in roles.network.nets:
        for at, id in enumerate(net.weights.tolist()):
            home.setdefault(id, at)
        if (pair := _misplaced(evidence, net, home)) is not None:
            id, root = pair
            name = symbol(roles.places[root][0], roles.topology)["text"] if root in roles.places else "w"
            return Point("other-weight", "mistake", net.layer, evidence.line(id), {"weight": name})
    return None


def _has_two_versions(roots: Ids) -> bool:
    """True if weights with these roots are not all different ones."""
    return len(np.unique(roots)) < len(roots)


def _misplaced(evidence: Evidence, net: Net, home: dict[int, int]) -> tuple[int, int] | None:
    """A version of a weight that stands at another position of a net than the weight did at first, beside another version of
    it; and the weight's start value."""
    weights = evidence.roles.weights
    seen: dict[int, tuple[int, int]] = {}
    for at, id in enumerate(net.weights.tolist()):
        plain = weights.mirrored.get(id, id)
        root = int(weights.root[plain])
        other, position = seen.setdefault(root, (plain, at))
        if root in weights.updates and other != plain and home.get(root, at) in (at, position):
            return (other if home.get(root, at) == at else plain), root
    return None
