"""The errors of a trained network: the table of digits read as others, and the iterations that step through one."""

from __future__ import annotations

from typing import Any

import numpy as np

from backprop.model.recording import Recording


def misread(recording: Recording) -> dict[str, Any] | None:
    """The program's `table`, how many are right and all there are, and the iterations that look at a misread sample.

    Row of the table: the class that a sample is of; column: the one it is read as. `table` is None where the program
    has none of whole numbers with as many rows and columns as the network has outputs. None without either.
    """
    table = _table(recording)
    looks = [look for iteration in recording.looks if (look := _look(recording, iteration))]
    if table is None and not looks:
        return None
    counted = None if table is None else table.tolist()
    right, all = (0, 0) if table is None else (int(np.trace(table)), int(table.sum()))
    return {"table": counted, "right": right, "all": all, "looks": looks}


def _table(recording: Recording) -> np.ndarray[Any, Any] | None:
    table = recording.variables.get("table")
    classes = len(recording.topology.outputs)
    if not isinstance(table, np.ndarray) or table.shape != (classes, classes):
        return None
    return table if np.issubdtype(table.dtype, np.integer) and (table >= 0).all() else None


def _look(recording: Recording, iteration: int) -> dict[str, int] | None:
    """The sample of an iteration: its class, by its highest target, and the class it is read as, by its highest output."""
    if iteration not in recording.kept:
        return None
    block, row = recording.find(iteration)
    sample = int(block.samples[row][0])
    if len(block.samples[row]) > 1 or sample < 0:
        return None  # it goes through several
    _, ((_, made),) = recording.open(iteration)
    numbers = {ref: number for (ref, _), number in made.items()}
    outputs = [numbers.get(("a", node)) for node in recording.topology.outputs]
    targets = recording.samples[sample]["t"]
    if len(targets) != len(outputs) or None in outputs:
        return None
    is_class, read_as = int(np.argmax(targets)), int(np.argmax([float(y or 0.0) for y in outputs]))
    return {"iteration": iteration, "digit": is_class, "answer": read_as}
