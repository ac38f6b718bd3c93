"""Every public name of NumPy can be imported by a program, or a sentence of ours says why not.

The page ships a part of NumPy: this runs in its Python, too.
"""

import numpy as np
import pytest
from programs import record

SUBMODULES = [
    "char", "core", "ctypeslib", "dtypes", "exceptions", "f2py", "fft", "lib", "lib.array_utils", "lib.format",
    "lib.introspect", "lib.mixins", "lib.npyio", "lib.scimath", "lib.stride_tricks", "linalg", "ma", "ma.extras",
    "ma.mrecords", "matlib", "matrixlib", "polynomial", "polynomial.chebyshev", "polynomial.hermite",
    "polynomial.hermite_e", "polynomial.laguerre", "polynomial.legendre", "polynomial.polynomial", "random",
    "rec", "strings", "testing", "testing.overrides", "typing", "version", "distutils", "doc", "oldnumeric",
]  # fmt: skip
# Public names of the submodules are among them: numpy.linalg.norm, numpy.random.default_rng.
PARTS = ("linalg", "random", "fft", "ma", "polynomial", "lib", "char", "rec", "strings", "testing")


pytestmark = pytest.mark.filterwarnings("ignore")  # of parts that NumPy is going to remove


def refused(source):
    """The id of the sentence that says why a program's import fails; None if it works."""
    error = record(source, "own").error
    if error is None:
        return None
    assert error.explanation.get("id"), error
    assert error.line == 1
    return error.explanation["id"]


def test_all_names_at_once_are_imported_first_of_all():
    recording = record(
        "from numpy import *\nprint(array([1, 2]).sum(), e, newaxis, linalg.norm([3.0, 4.0]))\n", "own"
    )
    assert (recording.error, recording.output) == (None, "3 2.718281828459045 None 5.0\n")


@pytest.mark.parametrize("name", SUBMODULES)
@pytest.mark.parametrize("form", ["import numpy.{}", "from numpy.{} import *"])
def test_every_part_is_imported_or_refused_by_a_sentence(form, name):
    gone = ("distutils", "doc", "oldnumeric")  # NumPy 2 has them no more
    assert refused(form.format(name)) is None or name in (
        *gone,
        "f2py",
        "testing",
        "testing.overrides",
        "ma.mrecords",
    )


def test_every_public_name_is_imported_by_itself():
    names = sorted({*np.__all__, *(name for name in dir(np) if not name.startswith("_"))})
    assert len(names) > 500
    source = "".join(f"from numpy import {name}\n" for name in names)
    recording = record(source, "own")
    while recording.error:  # the name that fails, and on with the next
        assert recording.error.explanation.get("id"), recording.error
        name = names[recording.error.line - 1]
        assert name in ("f2py", "testing", "distutils"), recording.error
        names = names[recording.error.line :]
        recording = record("".join(f"from numpy import {name}\n" for name in names), "own")


@pytest.mark.parametrize("part", PARTS)
def test_every_public_name_of_a_part_is_imported(part):
    source = f"import numpy.{part} as part\nnames = getattr(part, '__all__', dir(part))\n"
    recording = record(
        f"{source}print([getattr(part, name) is None for name in names if name[0] != '_'].count(True))\n",
        "own",
    )
    if part == "testing" and recording.error:
        assert recording.error.explanation.get("id"), recording.error
    else:
        assert recording.error is None
