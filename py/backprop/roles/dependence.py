"""The net that each number is computed from, and how many layers lie between it and the inputs.

A number that is computed from several nets belongs to the one that it is computed from by itself, not by a sum:

    n = (z - z.mean(axis=1, keepdims=True)) / z.std(axis=1, keepdims=True)    # n[s, j] belongs to z[s, j]
    p = e / e.sum(axis=1, keepdims=True)                                      # p[s, j] to the net of e[s, j]
"""

from __future__ import annotations

import numpy as np

from backprop.roles.graph import Flags, Graph
from backprop.roles.net import Net
from backprop.trace.tape import Event, Ids, Kind


def nets_behind(graph: Graph, nets: list[Net], fixed: Flags) -> tuple[Ids, Ids]:
    """For each id, the net that it belongs to (-1: none), and the number of layers between it and the inputs.

    `fixed` are ids that belong to no net: what is learned, weights and biases above all.
    """
    is_net = np.zeros(graph.size, bool)
    is_net[[net.id for net in nets]] = True
    # Labels: a net's id if a number depends on it by a sum of several nets, id + size if it does by itself.
    size = graph.size

    def own(event: Event, labels: Ids) -> None:
        first, end = event.first, event.first + event.size
        if event.kind in (Kind.REDUCTION, Kind.OPAQUE) or event.operation == "add":
            here = labels[first:end]
            np.copyto(here, _of_sum(event, labels, size), where=~fixed[first:end])
        here = is_net[first:end]
        if here.any():
            labels[first:end][here] = np.arange(first, end)[here] + size

    def deeper(event: Event, labels: Ids) -> None:
        labels[event.first : event.first + event.size] += is_net[event.first : event.first + event.size]

    since = int(graph.owner[nets[0].id])
    labels = graph.carry(np.full(size, -1, np.int64), fixed, own, since)
    depth = graph.carry(np.zeros(size, np.int64), fixed, deeper, since)
    return np.where(labels >= size, labels - size, labels), depth


def _of_sum(event: Event, labels: Ids, size: int) -> Ids:
    """The labels of the results of an event that adds up, or of one whose operation is not known."""
    here = labels[event.first : event.first + event.size]
    if event.size == 1 or event.kind is Kind.OPAQUE:
        met = [label for operand in event.operands for label in labels[operand.ravel()].tolist()]
        nets = {label % size for label in met if label >= 0}
        return np.full(event.size, max(nets)) if len(nets) > 1 else here
    if event.kind is Kind.ELEMENTWISE:
        table = np.stack([labels[operand.ravel()] for operand in event.operands], axis=1)
    else:
        table = labels[event.operands[0]]
    if not table.size:
        return here
    net = np.where(table >= 0, table % size, -1)
    largest = net.max(axis=1)
    least = np.where(net >= 0, net, size).min(axis=1)
    return np.where(least < largest, largest, here)
