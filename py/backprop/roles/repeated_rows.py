"""Rows of the data that stand in one batch more than once: their nets have the same inputs, and deltas of their own.

rows = np.random.choice(20, 6)      # 3, 11, 3, …
A = np.tanh(X[rows] @ W)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from backprop.roles.net import Net, Network


class RepeatedRows:
    """The nets of one neuron that share an input."""

    def __init__(self, network: Network, nets: Sequence[Net] = (), column: int = 0) -> None:
        """`nets` are those of one update; their input at `column` is looked at."""
        self.network = network
        by_input: dict[int, list[Net]] = defaultdict(list)
        for net in nets:
            by_input[int(net.inputs[column])].append(net)
        self._alike = {net.id: here for here in by_input.values() if len(here) > 1 for net in here}
        self._sample = {net.id: net.sample for net in network.nets} if self._alike else {}

    def net_of(self, net: Net, factors: tuple[int, ...]) -> Net:
        """The net whose delta these factors make: of those with the same input as `net` the one of their sample."""
        samples = {self._sample.get(int(self.network.source[id])) for id in factors}
        return next((one for one in self._alike.get(net.id, ()) if one.sample in samples), net)
