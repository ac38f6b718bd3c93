"""Right programs whose layers, losses and optimizers are objects, generated: in NumPy or in lists, on tables, series or
targets that are drawn anew, with gradients that are added up, rates that fall, evaluation and early stopping; by a seed."""

import random

from tests.py.layers_of_arrays import Arrays
from tests.py.layers_of_lists import Lists


def right_layers(seed):
    """A right program of objects, and what it is: (source, description)."""
    draw = random.Random(seed)
    program = (Arrays if draw.random() < 0.55 else Lists)(draw)
    return "\n".join(program.lines()) + "\n", program.shape
