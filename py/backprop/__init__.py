"""Backprop Lab's Python: the network, the equations, the recording of a student's program, and its mistakes."""

from backprop.analyse.diagnose import diagnose
from backprop.analyse.findings import Finding
from backprop.analyse.gradient_check import gradient_check
from backprop.network import Network
from backprop.run import record

__all__ = ["Finding", "Network", "diagnose", "gradient_check", "record"]
