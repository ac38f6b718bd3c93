"""A stand-in for pandas where a program only reads a table and takes its columns and rows as NumPy arrays.

    df = pd.read_csv("xor.csv")
    X = df[["x1", "x2"]].values       # also df.iloc[:, :2].to_numpy(), np.array(df), df.drop("y", axis=1).values
    y = df["y"].values

Whatever else is asked of it raises NotImplementedError, which names it: pandas has conventions of its own (its `std`
divides by n - 1, its sums match rows by their labels), and a number by another convention would be a wrong one.
"""

from __future__ import annotations

import io
import re
import types
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
_MISSING = frozenset(
    ("", "#N/A", "#NA", "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null", "-NaN", "-nan")
)
_TRUE, _FALSE = ("True", "TRUE", "true"), ("False", "FALSE", "false")
_WHOLE = re.compile(r"\s*[+-]?[0-9]+\s*")
_REAL = re.compile(r"\s*[+-]?(?:[0-9]+\.?[0-9]*(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?|inf)\s*")
_OPERATORS = {
    **{"add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**"},
    **{"matmul": "@", "and": "&", "or": "|", "xor": "^"},
}
_COMPARISONS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_MOST_PRINTED = 60
_PRINTED_OF_MORE = 5


def _refuse(what: str) -> NoReturn:
    raise NotImplementedError(
        f"pandas is only a small stand-in here, without {what}: go on with NumPy, from .values"
    )


class _Picked:
    """The base class of table and column: it holds an array, and it refuses what pandas computes with labels."""

    values: Array
    _is_cut = False  # a part of the rows: the label of a row is not its place

    def __init__(self, *args: Any, **options: Any) -> None:
        _refuse(f"pd.{type(self).__name__}(…)")

    def to_numpy(self, dtype: Any = None) -> Array:
        """The numbers as an array."""
        return self.values if dtype is None else self.values.astype(dtype)

    @property
    def iloc(self) -> _Places:
        """Rows and columns by their number."""
        return _Places(self)

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows and columns."""
        return self.values.shape

    def head(self, n: int = 5) -> Any:
        """The first rows."""
        return self.iloc[:n]

    def tail(self, n: int = 5) -> Any:
        """The last rows."""
        return self.iloc[-n:] if n else self.iloc[:0]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return np.array(self.values, dtype)

    def __array_ufunc__(self, function: np.ufunc, *others: Any, **options: Any) -> Any:
        _refuse(f"np.{function.__name__} ({type(self).__name__})")  # array - column, np.exp(table)

    def __len__(self) -> int:
        return len(self.values)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        _refuse(f"{type(self).__name__}.{name}")

    def __setitem__(self, key: Any, value: Any) -> None:
        _refuse(f"{type(self).__name__}[…] = …")

    __hash__ = object.__hash__


def _refusing(sign: str) -> Any:
    return lambda self, *others: _refuse(f"{sign} ({type(self).__name__})")


for _name, _sign in {**_OPERATORS, **_COMPARISONS}.items():
    for _prefix in ("", "r", "i") if _name in _OPERATORS else ("",):
        setattr(_Picked, f"__{_prefix}{_name}__", _refusing(_sign))
for _name in ("neg", "abs", "invert"):
    setattr(_Picked, f"__{_name}__", _refusing(_name))


class Series(_Picked):
    """One column, or one row, of a table."""

    @classmethod
    def _of(cls, values: Array, is_cut: bool = False) -> Series:
        column = cls.__new__(cls)
        column.values, column._is_cut = values, is_cut
        return column

    def tolist(self) -> list[Any]:
        """The numbers as a list."""
        return list(self.values.tolist())

    to_list = tolist

    def __iter__(self) -> Iterator[Any]:
        return iter(self.tolist())

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            return self.iloc[key]
        if self._is_cut or not isinstance(key, int | np.integer):
            _refuse("Series[…] by label")
        if not 0 <= key < len(self):
            raise KeyError(key)
        return self.values[key]

    def __repr__(self) -> str:
        return _printed([], [[str(value)] for value in self.values])


class _Names(list[Any]):
    """The names of a table's columns."""

    def tolist(self) -> list[Any]:
        """The names as a plain list."""
        return list(self)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        _refuse(f"DataFrame.columns.{name}")


class DataFrame(_Picked):
    """A table: named columns, each an array of its own type."""

    columns: _Names
    _data: list[Array]

    @classmethod
    def _of(cls, names: Sequence[Any], data: list[Array], is_cut: bool = False) -> DataFrame:
        table = cls.__new__(cls)
        table.columns, table._data, table._is_cut = _Names(names), data, is_cut
        return table

    @property
    def values(self) -> Array:  # type: ignore[override]
        """All columns side by side; whole numbers beside others become floats, as in pandas."""
        kinds = {column.dtype.kind for column in self._data}
        is_mixed = "O" in kinds or ("b" in kinds and len(kinds) > 1)
        whole = np.empty(
            (len(self), len(self._data)), object if is_mixed or not kinds else np.result_type(*self._data)
        )
        for place, column in enumerate(self._data):
            whole[:, place] = column
        return whole

    def drop(self, labels: Any = None, axis: Any = 0, columns: Any = None, **options: Any) -> DataFrame:
        """The table without these columns."""
        for option in options:
            _refuse(f"DataFrame.drop({option}=…)")
        if columns is None and axis not in (1, "columns"):
            _refuse("DataFrame.drop of rows")
        gone = labels if columns is None else columns
        gone = gone if isinstance(gone, list | tuple) else [gone]
        for name in gone:
            self._place(name)
        return self[[name for name in self.columns if name not in gone]]  # type: ignore[no-any-return]

    def _place(self, name: Any) -> int:
        if name not in self.columns:
            raise KeyError(name)
        return self.columns.index(name)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            return self.iloc[key]
        if isinstance(key, list | tuple):
            places = [self._place(name) for name in key]
            return DataFrame._of(key, [self._data[place] for place in places], self._is_cut)
        if isinstance(key, str | int):
            return Series._of(self._data[self._place(key)], self._is_cut)
        _refuse("DataFrame[rows by a condition]")

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and name in self.columns:
            return self[name]
        return super().__getattr__(name)

    def __len__(self) -> int:
        return len(self._data[0]) if self._data else 0

    def __iter__(self) -> Iterator[Any]:
        return iter(self.columns)

    def __repr__(self) -> str:
        rows = [[str(value) for value in row] for row in zip(*self._data, strict=True)]
        return _printed([str(name) for name in self.columns], rows)


class _Places:
    """table.iloc[rows, columns] and column.iloc[rows]: by number, as an array is indexed."""

    def __init__(self, whole: _Picked) -> None:
        self._whole = whole

    def __getitem__(self, key: Any) -> Any:
        rows, columns = key if isinstance(key, tuple) else (key, slice(None))
        whole = self._whole
        if not isinstance(whole, DataFrame):
            is_one = isinstance(rows, int | np.integer)
            return whole.values[rows] if is_one else Series._of(whole.values[rows], True)
        is_all = isinstance(rows, slice) and rows == slice(None)
        places = np.arange(len(whole.columns))[columns]
        if not isinstance(places, np.ndarray):
            column = Series._of(whole._data[places], whole._is_cut)
            return column if is_all else column.iloc[rows]
        picked = whole[[whole.columns[place] for place in places]]
        if isinstance(rows, int | np.integer):
            return Series._of(picked.values[rows], True)
        cut = [column[rows] for column in picked._data]
        return DataFrame._of(picked.columns, cut, whole._is_cut or not is_all)


def _printed(head: list[str], rows: list[list[str]]) -> str:
    """The rows in columns, flush right; of more than 60 the first and the last five."""
    count = len(rows)
    if count > _MOST_PRINTED:
        gap = ["…"] * len(rows[0])
        rows = [*rows[:_PRINTED_OF_MORE], gap, *rows[-_PRINTED_OF_MORE:]]
    lines = [head, *rows] if head else rows
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    said = ["  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
    return "\n".join([*said, f"[{count} rows]"] if count > _MOST_PRINTED else said)


# --- reading ---


def read_csv(
    filepath_or_buffer: Any,
    sep: str | None = None,
    delimiter: str | None = None,
    header: Any = "infer",
    names: Sequence[Any] | None = None,
    skiprows: int | None = None,
    delim_whitespace: bool = False,
    encoding: str | None = None,
    **options: Any,
) -> DataFrame:
    """The table in a file, or in what an object with `read` gives.

    Raises NotImplementedError for other options of pandas, and ValueError for an empty table or a row that is too long.
    """
    import csv  # only here: the page starts without it

    for option in options:
        if option not in ("engine", "low_memory"):
            _refuse(f"read_csv({option}=…)")
    parted = sep or delimiter or ","
    if len(parted) > 1 and parted != r"\s+":
        _refuse(f"read_csv(sep={parted!r})")
    if header not in ("infer", 0, None) or not (skiprows is None or isinstance(skiprows, int)):
        _refuse("read_csv(header=…, skiprows=…) of this kind")
    skipped = skiprows or 0
    lines = islice(io.StringIO(_text(filepath_or_buffer, encoding)), skipped, None)
    is_blank = delim_whitespace or parted == r"\s+"
    cells = (line.split() for line in lines) if is_blank else csv.reader(lines, delimiter=parted)
    rows = [
        (line, row)
        for line, row in enumerate(cells, 1 + skipped)
        if len(row) > 1 or any(cell.strip() for cell in row)  # without blank lines
    ]
    if not rows:
        raise ValueError("No columns to parse from file")
    has_head = header == 0 or (header == "infer" and names is None)
    first = rows[0][1]
    titles = list(names) if names is not None else first if has_head else list(range(len(first)))
    return _table(titles, rows[1:] if has_head else rows)


def read_table(filepath_or_buffer: Any, sep: str = "\t", **options: Any) -> DataFrame:
    """Read a table whose cells are separated by tabs; the options are those of read_csv."""
    return read_csv(filepath_or_buffer, sep, **options)


def _text(source: Any, encoding: str | None) -> str:
    if hasattr(source, "read"):
        text = source.read()
        return text if isinstance(text, str) else text.decode(encoding or "utf-8-sig")
    with open(source, encoding=encoding or "utf-8-sig", newline="") as file:
        return file.read()


def _table(names: list[Any], rows: list[tuple[int, list[str]]]) -> DataFrame:
    """The table of rows, each with its line in the file."""
    width = len(names)
    for line, row in rows:
        if len(row) > width:
            raise ValueError(
                f"Error tokenizing data. C error: Expected {width} fields in line {line}, saw {len(row)}"
            )
    filled = [row + [""] * (width - len(row)) for _, row in rows]
    return DataFrame._of(names, [_column([row[place] for row in filled]) for place in range(width)])


def _column(cells: list[str]) -> Array:
    """The cells as whole numbers, numbers, true and false, or texts: the first that all of them are."""
    known = [cell for cell in cells if cell not in _MISSING]
    is_full = len(known) == len(cells)
    if cells and is_full and all(_WHOLE.fullmatch(cell) for cell in cells):
        return np.array([int(cell) for cell in cells])
    if all(_REAL.fullmatch(cell) for cell in known):
        return np.array([np.nan if cell in _MISSING else float(cell) for cell in cells], float)
    if is_full and all(cell in _TRUE + _FALSE for cell in cells):
        return np.array([cell in _TRUE for cell in cells])
    texts = np.empty(len(cells), object)
    texts[:] = [np.nan if cell in _MISSING else cell for cell in cells]
    return texts


class Pandas(types.ModuleType):
    """The module: what it does not have is refused by its name."""

    def __init__(self) -> None:
        super().__init__("pandas")
        self.__dict__.update(read_csv=read_csv, read_table=read_table, DataFrame=DataFrame, Series=Series)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module 'pandas' has no attribute {name!r}")
        _refuse(f"pd.{name}")
