"""Backprop Lab's Python: the network, the equations, the recording of a student's program, and its mistakes."""

from backprop.diagnosis import diagnose
from backprop.findings import Finding
from backprop.gradient import gradient_check
from backprop.network import Network
from backprop.runner import record

__all__ = ["Finding", "Network", "diagnose", "gradient_check", "record"]
