"""The learned numbers of a program: its weights with their updates, and what is learned beside them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np

from backprop.roles.graph import Flags
from backprop.trace.tape import Ids


@dataclass(frozen=True)
class Update:
    """A change of one weight: `after` = `before` ± something, the ids of both.

    `factor` is the weight's own coefficient (1 unless it is decayed: after = factor * before ± …). `result` is what
    event number `event` gave; `after` is another id only if that was put into an array of another type. `adds` is False
    where nothing is added: `W = np.clip(W, -1, 1)`, `W *= 0.99`.
    """

    before: int
    after: int
    result: int
    event: int
    factor: float = 1.0
    adds: bool = True


def is_rate(made: list[Update]) -> bool:
    """True if one number is decayed to several, as no weight is: 0.9 in `0.9 * v + 0.1 * g`."""
    decayed = [update.before for update in made if update.factor != 1]
    return len(set(decayed)) < len(decayed)


@dataclass
class Weights:
    """All weights: each known by its *root*, the id of its start value.

    `root` gives the root of every version of a weight (-1 for other ids); `updates` the changes of each root in order;
    `place` of each root the (place, context) of the product in the forward pass. `mirrored` are ids of negatives that a
    program multiplies in place of a weight (`np.exp(-W @ X)`), by them the weight; they have its root, too. `lost` are
    the roots of those whose new versions are computed and never used: `for w, g in zip(ws, gs): w = w - rate * g`. `slopes`
    are all versions of the numbers that an activation learns (learned_slopes.py), `inputs` those of inputs that are learned
    (learned_inputs.py): both are no weights.
    """

    root: Ids
    updates: dict[int, list[Update]] = field(default_factory=dict)
    place: dict[int, tuple[int, int]] = field(default_factory=dict)
    mirrored: dict[int, int] = field(default_factory=dict)
    lost: set[int] = field(default_factory=set)
    slopes: list[int] = field(default_factory=list)
    inputs: list[int] = field(default_factory=list)

    @property
    def is_weight(self) -> Flags:
        """By id: True if it is a version of a weight."""
        return self.root >= 0

    @property
    def is_learned(self) -> Flags:
        """By id: True if it is a version of a weight, of an activation's learned number, or of a learned input."""
        found = self.is_weight
        found[self.slopes + self.inputs] = True
        return found

    def versions_of(self, roots: Collection[int]) -> list[int]:
        """The ids of all versions of the weights with these roots."""
        return [*map(int, np.flatnonzero(np.isin(self.root, list(roots))))]

    def only(self, roots: Collection[int]) -> Weights:
        """The weights with these roots."""
        roots = set(roots)
        return Weights(
            np.where(np.isin(self.root, list(roots)), self.root, -1),
            {root: made for root, made in self.updates.items() if root in roots},
            {root: place for root, place in self.place.items() if root in roots},
            self.mirrored,
            self.lost & roots,
            self.slopes,
            self.inputs,
        )
