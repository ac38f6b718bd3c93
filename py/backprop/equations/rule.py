"""The rule that a program follows: which of the correct ways to compute a network is its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from backprop.network import ACTIVATIONS
from backprop.topology import Topology


@dataclass(frozen=True)
class Rule:
    """The rule by which a program computes: its choice among the correct ones.

    activation   of layers 1..L: one name in ACTIVATIONS for all, or one a layer
    net          True: the program keeps its nets
    eta          True: it names its learning rate
    delta        True: it works out deltas; where there are none, no equation moves a weight
    samples      of one update: the rows it sums over, where a program computes several samples at once
    passes       of one update: the passes it sums over, by their distance from its own (0; -1: the one before).
                 Neither: it takes its own sample alone. Both belong to one step, not to a whole program: see `Summed`
    cost         "squared" (4.9), or "cross-entropy", whose delta at a sigmoid output is t - y
    sign         1: delta = -dE/dnet, and weights are added to; -1: delta = dE/dnet, and they are taken from
    scale        E is this many times 4.9: 2 for the squares themselves, 1/m for their mean
    averaged     True: an update divides by the number of its samples
    momentum     the part of a weight's last change that is made again; 0: none
    rate         a further factor of every update: the learning rate of a program that does not name it
    l1           the pull of each weight to 0 in an update, beside what delta asks for, of a fixed size
    l2           the same in proportion to the weight; biases are not pulled

    All numbers are dimensionless. Raises ValueError for an activation that is not known.
    """

    activation: str | tuple[str, ...] = "sigmoid"
    net: bool = True
    eta: bool = True
    delta: bool = True
    samples: range = range(0)  # cheaper than a tuple to look up by, of however many
    passes: range = range(0)
    cost: str = "squared"
    sign: int = 1
    scale: float = 1.0
    averaged: bool = False
    momentum: float = 0.0
    rate: float = 1.0
    l1: float = 0.0
    l2: float = 0.0

    def __post_init__(self) -> None:
        for name in self.activation if isinstance(self.activation, tuple) else (self.activation,):
            if name not in ACTIVATIONS:
                raise ValueError(f"unknown activation {name!r}: wanted one of {', '.join(ACTIVATIONS)}")

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """Asked for with every equation that is looked up."""
        return hash(tuple(vars(self).values()))

    def activation_of(self, node: int, topology: Topology) -> str:
        """The activation of the layer in which `node` stands."""
        if isinstance(self.activation, str):
            return self.activation
        layer = next(number for number, nodes in enumerate(topology.layers) if node in nodes)
        return self.activation[layer - 1]


@lru_cache(maxsize=1000)
def varied(rule: Rule, **changes: Any) -> Rule:
    """The rule with other values in some of its fields; the same object each time.

    Equations are looked up by their rule, of each weight anew: one object is found at once, an equal one is compared
    field by field.
    """
    made = replace(rule, **changes)
    return rule if made == rule else made


@dataclass(frozen=True)
class Summed:
    """The samples whose deltas one update adds up: `samples` or `passes` as in `Rule`; neither for one sample."""

    samples: range = range(0)
    passes: range = range(0)

    @property
    def name(self) -> str:
        """Its name: `0..49` for rows, `@-3..0` for passes, empty for one sample."""
        one, mark = (self.passes, "@") if self.passes else (self.samples, "")
        return f"{mark}{one[0]}..{one[-1]}" if one else ""


ONE_SAMPLE = Summed()
