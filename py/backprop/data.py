"""Data sets of points in the plane, and what a network is given of a point.

A set of points is an array of shape (n, 3): x1, x2 and the target t. In a set to classify t is 0 or
1; in one for regression it lies in [-1, 1]. All coordinates are dimensionless; those of the sets
made here lie within about [-3, 3], so that sin x takes in one whole wave.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Points = NDArray[np.float64]
_Random = np.random.Generator

RADIUS = 3.0
COUNT = 200  # points of a set made here, unless another number is asked for
MOST_POINTS = 500  # of one's own: each is text in the program
LARGEST = 1000.0  # a coordinate or target of one's own may not be beyond: no step would be small enough
_FEWEST_TO_SPLIT = 10

INPUTS: dict[str, Callable[[Points, Points], Points]] = {
    "x1": lambda x1, x2: x1,
    "x2": lambda x1, x2: x2,
    "x1^2": lambda x1, x2: x1**2,
    "x2^2": lambda x1, x2: x2**2,
    "x1*x2": lambda x1, x2: x1 * x2,
    "sin(x1)": lambda x1, x2: np.sin(x1),
    "sin(x2)": lambda x1, x2: np.sin(x2),
}


def points(
    dataset: str | Iterable[Sequence[float]], noise: float = 0, seed: int = 0, count: int = COUNT
) -> Points:
    """The points of a data set: shape (n, 3), columns x1, x2 and target.

    `dataset` is a name in DATASETS, or one's own rows (x1, x2, t), which are taken as they are. `noise`
    is how far points are moved at random, as a part of the radius 3 (in a set for regression: how far
    targets are, as a part of 1); the four rows of "xor-rows" are never moved. The same `seed` gives
    the same points. Raises ValueError for an unknown name, a noise below 0, fewer than 1 point, and
    for rows that are not up to 500 of three numbers within 1000.
    """
    if not isinstance(dataset, str):
        return _own(dataset)
    if dataset not in DATASETS:
        raise ValueError(
            f"unknown data set {dataset!r}: wanted one of {', '.join(DATASETS)}, or rows (x1, x2, t)"
        )
    if not (noise >= 0 and math.isfinite(noise)):
        raise ValueError(f"noise is {noise!r}: wanted 0 or more")
    if count < 1:
        raise ValueError(f"count is {count!r}: wanted 1 point or more")
    return DATASETS[dataset](count, noise, np.random.default_rng(seed))


def split(points: Points, test_part: float, seed: int = 0) -> tuple[Points, Points]:
    """The points to train with and those kept to test with, drawn at random by `seed`.

    Of fewer than 10 points none is kept. Raises ValueError for a part outside [0, 0.9].
    """
    if not 0 <= test_part <= 0.9:
        raise ValueError(f"test_part is {test_part!r}: wanted a number from 0 to 0.9")
    aside = round(len(points) * test_part) if len(points) >= _FEWEST_TO_SPLIT else 0
    order = np.random.default_rng(seed).permutation(len(points))
    return points[np.sort(order[aside:])], points[np.sort(order[:aside])]


def features(points: Points, inputs: Sequence[str]) -> Points:
    """The inputs of the network for each point: shape (n, len(inputs)).

    `inputs` are names in INPUTS. Raises ValueError for none and for an unknown one.
    """
    unknown = [name for name in inputs if name not in INPUTS]
    if unknown or not len(inputs):
        given = f"unknown input {unknown[0]!r}" if unknown else "there are no inputs"
        raise ValueError(f"{given}: wanted some of {', '.join(INPUTS)}")
    return np.column_stack([INPUTS[name](points[:, 0], points[:, 1]) for name in inputs])


# --- sets to classify: t is 0 or 1 ---


def _xor_rows(count: int, noise: float, random: _Random) -> Points:
    """The four rows of XOR's table, once each."""
    return np.array([[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]], float)


def _xor(count: int, noise: float, random: _Random) -> Points:
    """1 where x1 and x2 have different signs; a gap along the axes."""
    signs = random.choice([-1.0, 1.0], (count, 2))
    where = signs * random.uniform(0.1 * RADIUS, RADIUS, (count, 2))
    return _moved(where, signs[:, 0] != signs[:, 1], noise, random)


def _circle(count: int, noise: float, random: _Random) -> Points:
    """1 in a disc, 0 in a ring around it."""
    inside = np.arange(count) % 2 == 0
    radius = np.where(inside, random.uniform(0, 0.5, count), random.uniform(0.7, 1, count)) * RADIUS
    angle = random.uniform(0, 2 * np.pi, count)
    return _moved(np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]), inside, noise, random)


def _gaussians(count: int, noise: float, random: _Random) -> Points:
    """Two round clouds; 1 is the upper right one."""
    upper = np.arange(count) % 2 == 0
    centre = np.where(upper, 0.5, -0.5)[:, None] * RADIUS
    return _moved(random.normal(centre, 0.15 * RADIUS, (count, 2)), upper, noise, random)


def _spiral(count: int, noise: float, random: _Random) -> Points:
    """Two arms wound around each other, one turn and a half."""
    arm = np.arange(count) % 2
    along = random.uniform(0.05, 1, count)
    angle = 3 * np.pi * along + np.pi * arm
    where = np.column_stack([np.sin(angle), np.cos(angle)]) * (RADIUS * along)[:, None]
    return _moved(where, arm == 1, noise, random)


def _moved(where: Points, target: Any, noise: float, random: _Random) -> Points:
    return np.column_stack([where + random.normal(0, noise * RADIUS, where.shape), target])


# --- sets for regression: t in [-1, 1], but for the noise ---


def _plane(count: int, noise: float, random: _Random) -> Points:
    """The target rises evenly from lower left to upper right."""
    where = random.uniform(-RADIUS, RADIUS, (count, 2))
    return np.column_stack([where, where.sum(axis=1) / (2 * RADIUS) + random.normal(0, noise, count)])


_HILLS = np.array(
    [[-1.8, 1.5, 1], [0, 1.8, -1], [1.8, 1.5, 1], [-1.8, -1.5, -1], [0, -1.8, 1], [1.8, -1.5, -1]]
)


def _hills(count: int, noise: float, random: _Random) -> Points:
    """Three round hills and three hollows."""
    where = random.uniform(-RADIUS, RADIUS, (count, 2))
    away = ((where[:, None, :] - _HILLS[:, :2]) ** 2).sum(axis=2)
    height = (_HILLS[:, 2] * np.exp(-away / 0.8)).sum(axis=1)
    return np.column_stack([where, np.clip(height, -1, 1) + random.normal(0, noise, count)])


DATASETS: dict[str, Callable[[int, float, _Random], Points]] = {
    "xor-rows": _xor_rows,
    "xor": _xor,
    "circle": _circle,
    "gaussians": _gaussians,
    "spiral": _spiral,
    "plane": _plane,
    "hills": _hills,
}
REGRESSION = ("plane", "hills")


# --- one's own points ---


def _own(rows: Any) -> Points:
    wanted = f"wanted 1 to {MOST_POINTS} rows (x1, x2, t) of numbers within {LARGEST:g}"
    listed: list[Any] = list(rows)
    if not 1 <= len(listed) <= MOST_POINTS:
        raise ValueError(f"{len(listed)} points: {wanted}")
    for number, row in enumerate(listed, 1):
        if not isinstance(row, Sequence | np.ndarray) or len(row) != 3 or not all(map(_is_small, row)):
            raise ValueError(f"point {number} is {row!r}: {wanted}")
    return np.array(listed, float)


def _is_small(value: Any) -> bool:
    """True for a number that is not too large; False for NaN."""
    return isinstance(value, int | float | np.integer | np.floating) and -LARGEST <= float(value) <= LARGEST


class CsvError(ValueError):
    """Raised for a text that cannot be read as points: `id` in kebab-case, the `line` (from 1; None: the whole text)."""

    def __init__(self, id: str, line: int | None, given: str = "") -> None:
        super().__init__(f"line {line}: {id} {given!r}" if line else id)
        self.id = id
        self.line = line
        self.given = given


def from_csv(text: str) -> Points:
    """Points from text: on each line x1, x2 and target, parted by commas, semicolons, tabs or blanks.

    Full-width characters are read as the plain ones. A first line without any number is a heading; empty lines are
    passed over. With semicolons, tabs, blanks or quotes a decimal comma is understood. Numbers are rounded to 4 places,
    for they become text in the program.
    Raises CsvError: "csv-empty", "csv-columns" (a line has not three), "csv-number" (one of them is no
    number within 1000), "csv-many" (more than 500 points).
    """
    given = text.removeprefix("\ufeff").splitlines()
    lines = [unicodedata.normalize("NFKC", line).replace("、", ",") for line in given]
    delimiter = _delimiter(lines)
    found: list[tuple[float, ...]] = []
    is_first = True
    for number, line in enumerate(lines, 1):
        cells = [cell.strip(" \t\"'") for cell in _cells(line, delimiter)]
        if not any(cells):
            continue
        numbers = [_number(cell) for cell in cells]
        if is_first and all(value is None for value in numbers):
            is_first = False
            continue
        is_first = False
        if len(cells) != 3:
            raise CsvError("csv-columns", number, given[number - 1].strip()[:40])
        for cell, value in zip(cells, numbers):
            if value is None or not _is_small(value):
                raise CsvError("csv-number", number, cell[:40])
        if len(found) == MOST_POINTS:
            raise CsvError("csv-many", number)
        found.append(tuple(round(value, 4) for value in numbers if value is not None))
    if not found:
        raise CsvError("csv-empty", None)
    return np.array(found)


def _delimiter(lines: list[str]) -> str | None:
    """The mark that parts the numbers of each line; None for blanks, as in `0.5 1 0` and `0,5 1 0`."""
    if found := next((mark for mark in "\t;" if any(mark in line for line in lines)), None):
        return found
    rows = [line.split() for line in lines if line.strip()]
    by_blanks = all(len(row) == 3 and not any(cell.endswith(",") for cell in row) for row in rows)
    return None if by_blanks else ","


def _cells(line: str, delimiter: str | None) -> list[str]:
    """A line parted at the delimiter (None: at blanks), but not within double quotes: "0,5","1","0"."""
    if delimiter is None or line.count('"') < 2:
        return line.split(delimiter)
    parts = line.split('"')  # every second one stands within quotes
    parts[::2] = [part.replace(delimiter, "\n") for part in parts[::2]]
    return '"'.join(parts).split("\n")


def _number(cell: str) -> float | None:
    try:
        return float(cell.replace(",", ".").replace("−", "-"))
    except ValueError:
        return None


def as_literal(points: ArrayLike) -> str:
    """The points as a list of tuples in Python text, three to a line."""
    rows = [f"({x1:.10g}, {x2:.10g}, {t:.10g})," for x1, x2, t in np.asarray(points, float).tolist()]
    lines = [" ".join(rows[at : at + 3]) for at in range(0, len(rows), 3)]
    return "[\n" + "".join(f"    {line}\n" for line in lines) + "]"
