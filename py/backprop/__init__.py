"""Backprop Lab's Python: the network, the equations, and the recording of a student's program."""

from backprop.network import Network
from backprop.runner import record

__all__ = ["Network", "record"]
