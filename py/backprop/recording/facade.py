"""The recording as a user gets it: the data of a run, and beside each number what its equation gives.

`model.recording.Recording` is data and imports no analysis; what follows from the data is worked out in `analyse`. Here
both stand together, so that imports run one way: model, analyse, recording.
"""

from __future__ import annotations

from dataclasses import replace

from backprop.analyse import check, operands
from backprop.analyse.check import Check
from backprop.analyse.step_groups import CheckGroup
from backprop.model.recording import Block, Recording, Step


class CheckedRecording(Recording):
    """The recording of one run of a program, with its checks. Made by `record`.

    >>> from backprop import record
    >>> rec = record("for x in [0.5]: y = net = 2 * x", lesson="neuron")
    >>> [(step.line, step.sets) for step in rec.steps(0)]
    [(1, {('a', 1): 0.5}), (1, {('a', 2): 1.0}), (1, {('net', 2): 1.0})]
    """

    def steps(self, iteration: int) -> list[Step]:
        """Every step of one iteration, in the order the program made them. Raises ValueError as `value` does."""
        steps = super().steps(iteration)
        summed = {
            number: one.together for one in self.check_groups(self.block(iteration)) for number in one.numbers
        }
        return [replace(step, summed=summed[n]) if summed.get(n) else step for n, step in enumerate(steps)]

    def checks(self, iteration: int) -> list[Check]:
        """The program's number beside the equation's, for every step of one iteration that can be checked.

        That is every step an equation makes (4.1, 4.3, 4.5, 4.8 and the forward pass) from numbers
        that are known. Raises ValueError as `value` does.
        """
        return check.checks_of(self, iteration)

    def check_groups(self, block: Block) -> list[CheckGroup]:
        """The steps of a block that an equation makes, with their operands."""
        return operands.check_groups(self, block)
