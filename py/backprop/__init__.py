"""Backprop Lab's Python: the network, the equations, the recording of a student's program, and its mistakes."""

from backprop.analyse.check import Check
from backprop.analyse.diagnose import diagnose
from backprop.analyse.findings import Finding
from backprop.analyse.gradient_check import GradientRow
from backprop.analyse.step_groups import Operand
from backprop.equations.rule import Rule
from backprop.model.recording import RunError, Step
from backprop.network import Network
from backprop.provenance.explorer import Origin, nudge, origin
from backprop.provenance.gradient_check import gradient_check
from backprop.provenance.iteration import Untold
from backprop.provenance.nudge import Nudge
from backprop.recording.facade import CheckedRecording as Recording
from backprop.recording.notes import Structure
from backprop.run import record
from backprop.topology import Quantity, Ref, Topology

__all__ = [
    "Check",
    "Finding",
    "GradientRow",
    "Network",
    "Nudge",
    "Operand",
    "Origin",
    "Quantity",
    "Recording",
    "Ref",
    "Rule",
    "RunError",
    "Step",
    "Structure",
    "Topology",
    "Untold",
    "diagnose",
    "gradient_check",
    "nudge",
    "origin",
    "record",
]
