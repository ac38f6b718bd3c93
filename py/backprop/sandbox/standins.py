"""Stand-ins for modules that a program may use but that are not here: matplotlib, tqdm, seaborn, IPython.

with standins() as collected:
    exec(program)             # import matplotlib.pyplot as plt; plt.plot(losses); plt.title("误差")
collected.drawings            # [Drawing("plot", 1, (1, 1, 1), [[0.9, …]], {}), Drawing("title", …)]
collected.unsupported         # ["plt.hexbin"]: called, not drawn

A page draws `drawings` later. After the block everything is as it was before.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from backprop.sandbox.drawing_calls import Collected, Quiet
from backprop.sandbox.drawings import Pyplot
from backprop.sandbox.progress import tqdm, trange

ROOTS = frozenset(("matplotlib", "mpl_toolkits", "pylab", "seaborn", "tqdm", "IPython"))
"""The packages that have a stand-in."""

_PYPLOT = ("matplotlib.pyplot", "pylab", "matplotlib.pylab")

_SUBMODULES = frozenset(
    ("pyplot", "pylab", "notebook", "auto", "std")
)  # also as `from matplotlib import pyplot`


@contextmanager
def standins() -> Iterator[Collected]:
    """For the block, the stand-ins take the place of these modules, installed or not."""
    collected = Collected()
    finder = _Finder(collected)
    before = _taken_out()
    sys.meta_path.insert(0, finder)
    try:
        yield collected
    finally:
        sys.meta_path[:] = [other for other in sys.meta_path if other is not finder]
        _taken_out()
        sys.modules.update(before)


def _taken_out() -> dict[str, types.ModuleType]:
    """Remove all modules of these packages from sys.modules, and give them back."""
    names = [name for name in sys.modules if name.split(".")[0] in ROOTS]
    return {name: sys.modules.pop(name) for name in names}


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds a stand-in for every module of these packages, as `matplotlib.colors`."""

    def __init__(self, collected: Collected) -> None:
        self.collected = collected
        self.pyplot = Pyplot(collected)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name.split(".")[0] not in ROOTS:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _Module(spec.name, self.collected)

    def exec_module(self, module: types.ModuleType) -> None:
        name = module.__name__
        if name in _PYPLOT:
            module.__dict__.update(self.pyplot.functions())
        elif name.split(".")[0] == "tqdm":
            module.__dict__.update(tqdm=tqdm, trange=trange)
        elif name == "matplotlib":
            module.__dict__.update(rcParams=self.pyplot.parameters, rc=self.pyplot.nothing)
            module.__dict__["__version__"] = "0"
        if name.endswith("pylab"):
            _add_numpy(module)


def _add_numpy(module: types.ModuleType) -> None:
    """`from pylab import *` gives NumPy's functions, too."""
    import numpy as np

    for name in np.__all__:
        with suppress(ImportError):  # the page has not all of NumPy's parts
            module.__dict__.setdefault(name, getattr(np, name))


class _Module(types.ModuleType):
    """A module that has every name: what it does not know does nothing, and is remembered when it is called."""

    def __init__(self, name: str, collected: Collected) -> None:
        super().__init__(name)
        self._collected = collected

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        if name in _SUBMODULES:
            return importlib.import_module(f"{self.__name__}.{name}")
        short = "plt" if self.__name__ in _PYPLOT else self.__name__
        return Quiet(f"{short}.{name}", self._collected)
