"""Every example in a docstring is true."""

import doctest
import importlib
from pathlib import Path

import backprop
import pytest

PACKAGE = Path(backprop.__file__).parent
MODULES = sorted(
    ".".join(("backprop", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
    for path in PACKAGE.rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_of_a_module(module):
    failed, tried = doctest.testmod(importlib.import_module(module))
    assert tried
    assert not failed
