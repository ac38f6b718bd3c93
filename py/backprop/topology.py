"""The nodes of a network and their connections; nothing about their numbers.

Nodes are numbered through the whole network: inputs first, then hidden, then output (curriculum,
"Notation"). A quantity of one node or connection is a `Ref`: `("delta", 8)`, `("w", (8, 4))`,
`("eta", None)`. If a program computes all samples at once, a `Place` adds the row of the sample.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Literal, get_args

# Of a node: net, a, slope (of a over net), delta, b, t, and the factors dE_dy and dE_dnet; of a connection:
# w and dE_dw; of a whole sample its error E; and eta.
Quantity = Literal["net", "a", "slope", "E", "dE_dy", "dE_dnet", "delta", "dE_dw", "w", "b", "t", "eta"]
QUANTITIES: tuple[str, ...] = get_args(Quantity)

# One quantity of one network: a `Quantity` and its key. The key is a node (`("delta", 8)`), a connection as (to, from)
# (`("w", (8, 4))`), or None (`("eta", None)`, `("E", None)`).
Key = int | tuple[int, ...] | None
Ref = tuple[str, Key]
# A quantity of one sample: the sample's row where a program computes several at once, else None.
Place = tuple[Ref, int | None]

# In place of a node's number in a lesson's lens: the first output node, whichever number it has.
OUTPUT = "output"


def node_of(ref: Ref) -> int:
    """The node whose number it is; of a connection, the node that it leads to.

    >>> node_of(("delta", 4)), node_of(("w", (8, 4)))
    (4, 8)

    Raises TypeError for what belongs to no node: eta, E.
    """
    key = ref[1]
    if key is None:
        raise TypeError(f"{ref[0]} belongs to no node")
    return key[0] if isinstance(key, tuple) else key


def ends_of(ref: Ref) -> tuple[int, int]:
    """The nodes that a connection joins, as (to, from). Raises TypeError for what belongs to none.

    >>> ends_of(("w", (8, 4)))
    (8, 4)
    """
    if not isinstance(ref[1], tuple):
        raise TypeError(f"{ref_name(ref)} belongs to no connection")
    to, source = ref[1]
    return to, source


@lru_cache(maxsize=10_000)  # every step of every sample is written with the names of all that it reads
def ref_name(ref: Ref, sample: int | None = None) -> str:
    """The ref as the page writes it: `delta:8`, `w:8-4`, `eta`; `delta:8/2` for sample 2's."""
    quantity, key = ref
    if key is None:
        return quantity
    name = f"{quantity}:{key[0]}-{key[1]}" if isinstance(key, tuple) else f"{quantity}:{key}"
    return name if sample is None else f"{name}/{sample}"


def ref_of(name: str) -> Ref:
    """The ref that a name stands for: `delta:8`, `w:8-4`, `eta`. Raises ValueError for what is no name of a quantity."""
    quantity, _, key = name.partition("/")[0].partition(":")
    if quantity not in QUANTITIES:
        raise ValueError(f"{name!r} names no quantity")
    numbers = tuple(int(part) for part in key.split("-")) if key else ()
    return quantity, numbers[0] if len(numbers) == 1 else numbers or None


@dataclass(frozen=True)
class Topology:
    """Layers of node numbers, the connections between them as (to, from), the nodes with a bias."""

    layers: tuple[tuple[int, ...], ...]
    edges: tuple[tuple[int, int], ...]
    biases: tuple[int, ...] = ()

    @classmethod
    def from_sizes(cls, sizes: Sequence[int]) -> Topology:
        """Every node of a layer joined to every node of the layer before it; every computing node has a bias."""
        layers, first = [], 1
        for size in sizes:
            layers.append(tuple(range(first, first + size)))
            first += size
        edges = [(j, i) for below, layer in itertools.pairwise(layers) for j in layer for i in below]
        return _known(cls(tuple(layers), tuple(edges), tuple(range(sum(sizes[:1]) + 1, first))))

    @classmethod
    def from_edges(cls, edges: Iterable[tuple[int, int]], biases: Iterable[int] = ()) -> Topology:
        """Layers found from the connections alone: a node stands one layer above its highest source.

        Raises ValueError if the connections run in a circle.
        """
        edges = sorted(set(edges))
        depth = {node: 0 for edge in edges for node in edge}
        for _ in range(len(depth) + 1):
            above = dict(depth)
            for j, i in edges:
                above[j] = max(above[j], above[i] + 1)
            if above == depth:
                break
            depth = above
        else:
            raise ValueError("the connections run in a circle, so there is no first layer")
        layers = [
            tuple(sorted(node for node in depth if depth[node] == d))
            for d in range(max(depth.values(), default=-1) + 1)
        ]
        nodes = depth.keys() - set(layers[0] if layers else ())
        return _known(cls(tuple(layers), tuple(edges), tuple(sorted(nodes & set(biases)))))

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """Asked for with every equation that is looked up, of however many connections."""
        return hash((self.layers, self.edges, self.biases))

    @cached_property
    def inputs(self) -> tuple[int, ...]:
        """The nodes of the first layer."""
        return self.layers[0] if self.layers else ()

    @cached_property
    def outputs(self) -> tuple[int, ...]:
        """The nodes of the last layer; none if there is only one."""
        return self.layers[-1] if len(self.layers) > 1 else ()

    def is_one_to_one(self, layer: int) -> bool:
        """True if a layer has several nodes, and each has one connection from the layer below."""
        nodes = set(self.layers[layer])
        return (
            layer > 0 and len(nodes) > 1 and sorted(j for j, _ in self.edges if j in nodes) == sorted(nodes)
        )

    @cached_property
    def nodes(self) -> frozenset[int]:
        """All nodes."""
        return frozenset(node for layer in self.layers for node in layer)

    @cached_property
    def connections(self) -> frozenset[tuple[int, int]]:
        """All edges, to look one up among many."""
        return frozenset(self.edges)

    def some_edges(self, most: int) -> frozenset[tuple[int, int]]:
        """The connections, but of a layer with more than `most` about so many, spread evenly over both of their ends.

        >>> sorted(Topology.from_sizes([3, 2]).some_edges(2))
        [(4, 2), (5, 1)]
        """
        into: dict[int, list[tuple[int, int]]] = {}
        for j, i in self.edges:
            into.setdefault(self._layers[j], []).append((j, i))
        return frozenset(
            (j, i) for edges in into.values() for j, i in edges if (j + i) % -(-len(edges) // most) == 0
        )

    @cached_property
    def _incoming(self) -> dict[int, tuple[int, ...]]:
        return _neighbours(self.edges)

    @cached_property
    def _downstream(self) -> dict[int, tuple[int, ...]]:
        return _neighbours([(i, j) for j, i in self.edges])

    @cached_property
    def _layers(self) -> dict[int | None, int]:
        return {node: number for number, nodes in enumerate(self.layers) for node in nodes}

    def layer_of(self, ref: Ref) -> int:
        """The layer of a quantity's node, from 0 for the inputs; of a connection, of the node that it leads to; -1: none."""
        key = ref[1]
        node = key[0] if isinstance(key, tuple) else key
        return self._layers.get(node, -1)

    def incoming(self, node: int) -> tuple[int, ...]:
        """The nodes whose output this node takes in."""
        return self._incoming.get(node, ())

    def downstream(self, node: int) -> tuple[int, ...]:
        """The nodes that take in this node's output: Downstream(j) of the derivation."""
        return self._downstream.get(node, ())


@lru_cache(maxsize=100)
def _known(topology: Topology) -> Topology:
    """The topology, or an equal one made before: a dict compares equal keys edge by edge, but one object not at all."""
    return topology


def _neighbours(pairs: Sequence[tuple[int, int]]) -> dict[int, tuple[int, ...]]:
    """For each node that is first in a pair, the second ones, in their order."""
    found: dict[int, list[int]] = {}
    for node, other in pairs:
        found.setdefault(node, []).append(other)
    return {node: tuple(others) for node, others in found.items()}


def resolved(ref: Ref, topology: Topology) -> Ref | None:
    """The quantity with `OUTPUT` replaced by the number of the first output node; None if there is none."""
    quantity: str = ref[0]
    key: Any = ref[1]
    if key != OUTPUT:
        return ref
    return (quantity, topology.outputs[0]) if topology.outputs else None


def inputs_of(topology: Topology) -> list[Ref]:
    """The quantities that are a sample's x."""
    return [("a", node) for node in topology.inputs]


def targets_of(topology: Topology) -> list[Ref]:
    """The quantities that are a sample's t."""
    return [("t", node) for node in topology.outputs]
