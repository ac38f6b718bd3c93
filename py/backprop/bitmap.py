"""A digit drawn by hand, brought into the form of the handwritten digits of scikit-learn (UCI, 1998).

Those were scanned as bitmaps of 32 by 32 cells, scaled until the digit fills the height, and shrunk to 8 by 8 pixels: each
counts the inked ones of 4 by 4 cells, so it lies from 0 to 16. Source: E. Alpaydin, C. Kaynak, Optical Recognition of
Handwritten Digits, https://doi.org/10.24432/C50P49. All numbers are dimensionless.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

SIDE = 32  # cells each way
PIXELS = 8  # pixels each way
DARKEST = (SIDE // PIXELS) ** 2  # a pixel all of whose cells are ink: 16
WIDEST = 26  # cells: as wide as the widest of the scanned digits are
_INK = 250  # cells: four of five scanned digits have more
_FEWEST = 6  # cells each way: less is a dot
_MOST = 0.8  # of all cells: more leaves no shape

Cells = NDArray[np.bool_]


class DrawingError(ValueError):
    """Raised for a drawing that cannot be a digit. The reason is `id`: "empty", "dot" or "full"."""

    def __init__(self, id: str) -> None:
        super().__init__(f"the drawing cannot be seen as a digit: {id}")
        self.id = id


def cells_of(bits: str) -> Cells:
    """The cells of a drawing, shape (32, 32), from 1024 characters: row by row from the top, "1" for ink and "0" for paper.

    Raises ValueError for any other text.
    """
    if len(bits) != SIDE * SIDE or {*bits} - {"0", "1"}:
        raise ValueError(f"a drawing has {SIDE * SIDE} cells, each 0 or 1")
    return np.array([bit == "1" for bit in bits]).reshape(SIDE, SIDE)


def pixels_of(cells: Cells) -> NDArray[np.float64]:
    """The drawing, shape (32, 32), as the scanned digits are: shape (8, 8), whole numbers from 0 for paper to 16 for ink.

    What is drawn is scaled to the full height, but made no wider than `WIDEST`, and put into the middle. Then its
    strokes are made thicker by a cell all around until they have the ink of the scanned ones.

    Raises DrawingError for an empty drawing, for a dot, and for one that is ink nearly everywhere.

    >>> cells = np.zeros((32, 32), bool)
    >>> cells[4:20, 10:13] = True  # a stroke from top to bottom
    >>> pixels_of(cells)[0].astype(int).tolist()
    [0, 0, 0, 16, 16, 0, 0, 0]
    """
    rows, columns = (np.flatnonzero(cells.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        raise DrawingError("empty")
    if cells.mean() > _MOST:
        raise DrawingError("full")
    box = cells[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    if max(box.shape) < _FEWEST:
        raise DrawingError("dot")
    seen = _thickened(_centred(box))
    counts: Any = seen.reshape(PIXELS, SIDE // PIXELS, PIXELS, SIDE // PIXELS).sum(axis=(1, 3))
    return np.asarray(counts, float)


def _centred(box: Cells) -> Cells:
    """A drawing of 32 by 32 cells with the content of the box in its middle, scaled as large as it fits."""
    factor = min(SIDE / box.shape[0], WIDEST / box.shape[1])
    high, wide = (max(1, round(length * factor)) for length in box.shape)
    from_row, from_column = (
        (np.arange(count) * length // count) for count, length in ((high, box.shape[0]), (wide, box.shape[1]))
    )
    cells = np.zeros((SIDE, SIDE), bool)
    top, left = (SIDE - high) // 2, (SIDE - wide) // 2
    cells[top : top + high, left : left + wide] = box[np.ix_(from_row, from_column)]
    return cells


def _thickened(cells: Cells) -> Cells:
    """The drawing with thicker strokes: at least as many inked cells as most scanned digits have."""
    while cells.sum() < _INK:
        around = np.pad(cells, 1)
        cells = cells | around[:-2, 1:-1] | around[2:, 1:-1] | around[1:-1, :-2] | around[1:-1, 2:]
    return cells
