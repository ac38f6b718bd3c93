"""The files that a program may open: a folder of its own for each run, which is gone after it.

with offering({"data.csv": b"x1,x2\\n0,1\\n"}), folder():
    exec(program)             # open("data.csv"), np.loadtxt("data.csv", …), csv.reader(open("data.csv")); import utils

Text in GBK or UTF-16, or with a byte-order mark, is written as UTF-8, so that `open` reads it as it is; an encoding that
the program states for such a file is then passed over. What a program writes there does not survive.
"""

from __future__ import annotations

import builtins
import io
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from numpy.lib import _datasource

Files = Mapping[str, bytes]
_BINARY = (".npy", ".npz", ".pkl", ".mat", ".png", ".jpg", ".gz", ".zip")


def text_of(data: bytes) -> tuple[str, str]:
    """The text in some bytes, and its encoding: "utf-8", "utf-16", "gb18030" or "cp1252".

    >>> text_of("误差".encode("gbk"))
    ('误差', 'gb18030')
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace"), "utf-16"
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        encoding = "gb18030" if _is_chinese(data) else "cp1252"
        return data.decode(encoding, "replace"), encoding


def _is_chinese(data: bytes) -> bool:
    """Two bytes make a common character of GB 2312, as 0xCE 0xF3; one makes a letter of Europe, as 0xFC for ü."""
    pairs = re.findall(rb"[\xa1-\xa3\xb0-\xd7][\xa1-\xfe]", data)
    beyond = len(re.findall(rb"[\x80-\xff]", data))
    return 4 * len(pairs) > beyond


def missing_file(error: BaseException) -> str | None:
    """The name, without its folders, of the file that an exception did not find, also of a module that may be the student's
    own: `utils.py` of `import utils`. None for another exception."""
    if isinstance(error, ModuleNotFoundError):
        root = (error.name or "").partition(".")[0]
        return (
            f"{root}.py" if root and root not in sys.modules and root not in sys.stdlib_module_names else None
        )
    if not isinstance(error, FileNotFoundError):
        return None
    told = str(error.filename or "")
    if not told and error.args and isinstance(error.args[-1], str):  # NumPy says: data.csv not found.
        told = error.args[-1].removesuffix(" not found.")
    return base_name(told) or None


def base_name(path: str) -> str:
    """The last part of a path, of whatever system: data.csv of C:\\Users\\me\\data.csv."""
    return PureWindowsPath(PurePosixPath(path).name).name


_offered: Files | None = None


@contextmanager
def offering(files: Files | None) -> Iterator[None]:
    """For the block each run of a program has these files; None leaves programs in the folder where they are."""
    global _offered
    before, _offered = _offered, files
    try:
        yield
    finally:
        _offered = before


@contextmanager
def folder() -> Iterator[None]:
    """For one run the working folder is a new one, with the files that are offered in it."""
    files = _offered
    if files is None:
        yield
        return
    import tempfile  # only here: it takes long to import, and the page starts without it

    before, opened, opened_io, opened_numpy = os.getcwd(), builtins.open, io.open, _datasource.open
    path, loaded = [*sys.path], {*sys.modules}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        changed = {name for name, data in files.items() if _write(Path(place), name, data)}
        builtins.open = io.open = _opener(opened, files, changed)
        _datasource.open = _numpys_opener(opened_numpy, files, changed)
        os.chdir(place)
        sys.path.insert(0, place)  # a module of the student's own is found there
        try:
            yield
        finally:
            os.chdir(before)
            sys.path[:] = path
            sys.path_importer_cache.pop(place, None)
            for name in {*sys.modules} - loaded:
                if str(getattr(sys.modules[name], "__file__", "")).startswith(place):
                    del sys.modules[name]
            builtins.open, io.open, _datasource.open = opened, opened_io, opened_numpy


def _write(place: Path, name: str, data: bytes) -> bool:
    """Write one file; True if its text was changed into UTF-8 without a byte-order mark."""
    is_utf_16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    is_text = not name.lower().endswith(_BINARY) and (is_utf_16 or b"\0" not in data)
    plain = text_of(data)[0].encode() if is_text else data
    (place / base_name(name)).write_bytes(plain)
    return plain != data


def _opener(plain: Any, files: Files, changed: set[str]) -> Any:
    """`open` that finds these files also under a path of another machine."""

    def open(
        file: Any, mode: str = "r", buffering: int = -1, encoding: Any = None, *more: Any, **named: Any
    ) -> Any:
        if "b" not in mode:
            encoding = _encoding(file, changed, encoding)
        return plain(_path(file, files) if "r" in mode else file, mode, buffering, encoding, *more, **named)

    return open


def _numpys_opener(plain: Any, files: Files, changed: set[str]) -> Any:
    """NumPy's own function that opens a file (for `np.loadtxt`, `np.genfromtxt`), made to find the files given."""

    def open(path: Any, *more: Any, encoding: Any = None, **named: Any) -> Any:
        return plain(_path(path, files), *more, encoding=_encoding(path, changed, encoding), **named)

    return open


def _path(file: Any, files: Files) -> Any:
    """The path at which a program finds a file: its bare name, if that is one of the files given and the path (of another
    machine) does not exist."""
    name = _name(file)
    return name if name in files and not os.path.exists(file) else file


def _encoding(file: Any, changed: set[str], stated: Any) -> Any:
    return "utf-8" if _name(file) in changed else stated


def _name(file: Any) -> str | None:
    return base_name(os.fspath(file)) if isinstance(file, str | os.PathLike) else None
