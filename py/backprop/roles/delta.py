"""The results of the search for deltas: an addend of a weight's change, the delta of one net, all deltas of a network."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from backprop.roles.learned import Update
from backprop.roles.net import Net
from backprop.trace.tape import Kind, Tape


@dataclass(frozen=True)
class Term:
    """An addend of a weight's change: coefficient * Π rates * Π factors * the net's input.

    `factors` are the ids whose product is delta, `rates` those of factors that depend on no net and no weight (as
    (id, exponent): 1 multiplied, -1 divided by). `adaptive` is set if the addend is divided by something that varies.
    """

    net: Net
    coefficient: float
    factors: tuple[int, ...]
    rates: tuple[tuple[int, int], ...] = ()
    adaptive: bool = False


@dataclass(frozen=True)
class Average:
    """The ids that are added up, whether their number divides the sum, and the constants that multiply it."""

    parts: list[int]
    is_mean: bool
    rates: tuple[tuple[int, int], ...]


def average_of(tape: Tape, id: int) -> Average | None:
    """The sum or mean that an id is a constant multiple of; None if it is none."""
    rates: tuple[tuple[int, int], ...] = ()
    while (event := tape.event(id)).operation in ("multiply", "divide"):
        one, other = tape.operands(id)
        if tape.event(other).kind is Kind.SOURCE:
            rates, id = (*rates, (other, 1 if event.operation == "multiply" else -1)), one
        elif event.operation == "multiply" and tape.event(one).kind is Kind.SOURCE:
            rates, id = (*rates, (one, 1)), other
        else:
            return None
    if event.kind is not Kind.REDUCTION or event.operation not in ("sum", "mean"):
        return None
    return Average(tape.operands(id), event.operation == "mean", rates)


@dataclass(frozen=True)
class Delta:
    """Delta of one net in one update.

    `products` are (coefficient, ids): delta is the sum of coefficient * Π ids; one product of one id where the program
    has delta as a value of its own. The weight's change is `scale` * delta * input; `rates` are the factors in scale.
    """

    net: Net
    products: tuple[tuple[float, tuple[int, ...]], ...]
    scale: float
    rates: tuple[tuple[int, int], ...]
    adaptive: bool
    update: Update

    @property
    def id(self) -> int | None:
        """The id of delta if it is a value of its own in the program."""
        (coefficient, ids), *others = self.products
        return ids[0] if not others and coefficient == 1 and len(ids) == 1 else None

    def value(self, values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
        """Delta's number, in the program's own sign."""
        return float(sum(c * np.prod(values[list(ids)]) for c, ids in self.products))


def joined(delta: Delta) -> Delta:
    """The delta whose products are all of the same numbers, as one product: of 2 · g − g, g."""
    total = sum(coefficient for coefficient, _ in delta.products)
    if len({ids for _, ids in delta.products}) > 1 or not total:
        return delta
    return replace(delta, products=((1.0, delta.products[0][1]),), scale=delta.scale * total)


@dataclass
class Deltas:
    """All deltas found, by net id; the neurons without one; and the weight whose changes were opened, of each neuron.

    `overwritten` are the neurons whose inputs were written over before the update used them; `still` those no weight of
    which is ever changed.
    """

    of: dict[int, Delta] = field(default_factory=dict)
    missing: list[int] = field(default_factory=list)
    looked_at: dict[int, int] = field(default_factory=dict)
    overwritten: set[int] = field(default_factory=set)
    still: set[int] = field(default_factory=set)
