"""Python files as bytecode, so that the page need not compile them. Runs in the page's own Python.

Bytecode fits only the very Python that made it; the `.pyc` are unchecked, for what is shipped together
cannot be out of date. Nothing is compressed here: tools/pages.mjs packs each archive as a whole, which is
smaller, and the page's Python has less to undo.
"""

import json
import py_compile
import re
import sys
import tomllib
import zipfile
from pathlib import Path

UNUSED = re.compile(
    r"(/tests?/|/f2py/|/include/|/_pyinstaller/|\.pyi$|\.pxd$|\.h$|\.a$|\.c$"
    r"|_tests\.|conftest\.py$|_examples/|/RECORD$|/entry_points\.txt$"
    r"|/linalg/lapack_lite\.)"  # nothing in NumPy imports it
)
# In place of a part that is left out, so that `from numpy import *` finds it.
EMPTY = '"""Not here: there is no Fortran compiler in a web page."""\n'
# What the page has no use for: modules that talk to a network or start processes, the terminal's own console, the
# Python twin of a module in C, and the code pages of mainframes and old home computers.
UNREACHABLE = re.compile(
    r"^(multiprocessing/|wsgiref/|xmlrpc/|http/server|socketserver|ftplib|imaplib|mailbox|poplib|smtplib"
    r"|_pyrepl/|_pyio\.py|_pydatetime\.py|pickletools\.py|xml/(dom|sax)/|http/cookiejar|logging/(config|handlers)"
    r"|encodings/(mac_\w+|cp(037|1006|1026|1125|1140|273|424|500|7\d\d|8(?!50|52|66)\d\d)"
    r"|hp_roman8|kz1048|koi8_t|ptcp154|tis_620|palmos)\.py)"
)
# Encodings that Python itself may want at any time.
ALWAYS = {
    f"encodings.{name}" for name in ("aliases", "ascii", "cp437", "latin_1", "utf_16", "utf_8", "utf_8_sig")
}


def bytecode(source: bytes, name: str, optimize: int = -1) -> bytes:
    """What Python would write into the `.pyc` of a module; `optimize` as in `compile`."""
    scratch = Path("/tmp/module.py")
    scratch.write_bytes(source)
    compiled = scratch.with_suffix(".pyc")
    unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
    py_compile.compile(
        str(scratch), str(compiled), name, doraise=True, invalidation_mode=unchecked, optimize=optimize
    )
    return compiled.read_bytes()


def repack(wheel: str, target: str) -> None:
    """A wheel without what only developers need, its modules as bytecode alone."""
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            if UNUSED.search(name) or name.endswith("/"):
                continue
            data = old.read(name)
            if name.endswith(".py"):
                name, data = name + "c", bytecode(data, name)
            new.writestr(zipfile.ZipInfo(name), data)
        new.writestr(zipfile.ZipInfo("numpy/f2py/__init__.py"), EMPTY)


def split(archive: str, wheel: str, rest: str) -> None:
    """Leave in both what this interpreter has imported, as bytecode; move the other modules to `rest`, as they are.

    A package of the standard library goes one way as a whole, but for the encodings: it is found in one place only.
    """
    with zipfile.ZipFile(archive) as old:
        library = {name: old.read(name) for name in old.namelist() if not UNREACHABLE.search(name)}
    with zipfile.ZipFile(wheel) as old:
        numpy = {name: old.read(name) for name in old.namelist()}
    tops = {name.partition(".")[0] for name in sys.modules}
    subpackages = {name.split(".")[1] for name in sys.modules if name.startswith("numpy.")}
    with (
        zipfile.ZipFile(archive, "w") as first,
        zipfile.ZipFile(wheel, "w") as numpy_first,
        zipfile.ZipFile(rest, "w") as later,
    ):
        for name, data in library.items():
            module = name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            top = module.partition(".")[0]
            if name.endswith(".py") and module in sys.modules:
                first.writestr(zipfile.ZipInfo(name + "c"), bytecode(data, f"/lib/python313.zip/{name}"))
            elif top in tops and (top != "encodings" or module in ALWAYS):
                first.writestr(zipfile.ZipInfo(name), data)
            else:
                later.writestr(zipfile.ZipInfo(f"rest/{name}"), data)
        for name, data in numpy.items():
            folder = name.split("/")[1].partition(".")[0]
            if name.startswith("numpy/") and folder not in ("__init__", "py", *subpackages):
                later.writestr(zipfile.ZipInfo(f"site-packages/{name}"), data)
            else:
                numpy_first.writestr(zipfile.ZipInfo(name), data)


def bundle(folder: str, files: list[str], target: str) -> None:
    """Our own files: modules as bytecode alone, without docstrings; lessons' programs as text, which the page shows.

    The texts are written as JSON, which the page's Python reads in 16 ms; for TOML it takes 260.
    """
    with zipfile.ZipFile(target, "w") as new:
        for name in files:
            path = Path(name)
            data = (Path(folder) / path).read_bytes()
            if path.parent.name == "texts" and path.suffix == ".toml":
                parsed = tomllib.loads(data.decode())
                name, data = str(path.with_suffix(".json")), json.dumps(parsed, ensure_ascii=False).encode()
            elif path.suffix == ".py" and not path.match("lessons/*/*.py"):
                name, data = name + "c", bytecode(data, f"/lab/{name}", optimize=2)
            new.writestr(zipfile.ZipInfo(name), data)
