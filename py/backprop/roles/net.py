"""The data of a network found in a trace: its nets, and the exception that says why none was found."""

from __future__ import annotations

from dataclasses import dataclass, field

from backprop.roles.graph import Flags
from backprop.trace.tape import Ids


class NotFound(Exception):
    """The search for the network ended early; `reason` is a key of the texts, `place` where it ended (or None)."""

    def __init__(self, reason: str, place: int | None = None, **facts: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.place = place
        self.facts = facts


@dataclass
class Net:
    """The net of one neuron for one sample: the sum of weights[k] * inputs[k], and the biases.

    `id` is its own id; `weights` and `inputs` are ids, side by side; `biases` are (id, sign). `neuron` is the
    neuron's key; `layer` counts from 1; `sample` numbers the passes through the network. `sign` is -1 where the program's
    number is the net times -1 (see upright.py).
    """

    id: int
    weights: Ids
    inputs: Ids
    biases: list[tuple[int, int]]
    neuron: int = -1
    layer: int = 0
    sample: int = -1
    sign: int = 1


@dataclass
class Network:
    """The nets found in a trace. `layers` lists the neurons' keys of each computing layer, in the order of their first
    nets; `nets` are in the order of computation.

    `source` gives of each id the net that it depends on (the latest; -1: none; only through activations, not weights);
    `forward` flags the ids that are nets or parts of one.
    """

    nets: list[Net]
    layers: list[list[int]]
    source: Ids
    forward: Flags
    of: dict[tuple[int, int], Net] = field(default_factory=dict)  # (neuron, sample) -> net

    def layer_of(self, neuron: int) -> int:
        """The layer of a neuron, from 1. Raises KeyError if there is no such neuron."""
        for number, neurons in enumerate(self.layers, 1):
            if neuron in neurons:
                return number
        raise KeyError(neuron)
