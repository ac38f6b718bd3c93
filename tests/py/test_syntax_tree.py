"""Our ways through a syntax tree are those of the module `ast`."""

import ast
import copy
from pathlib import Path

import pytest
from backprop.lessons.lens import LESSONS
from backprop.syntax_tree import fix_missing_locations, walk

PROGRAMS = sorted([*LESSONS.glob("*/program.py"), Path(__file__)])


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.parent.name)
def test_the_nodes_come_in_the_order_of_ast(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert walk(tree) == list(ast.walk(tree))


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.parent.name)
def test_missing_places_are_those_of_ast(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in walk(tree)[::3]:
        for name in ("lineno", "end_lineno", "col_offset", "end_col_offset"):
            node.__dict__.pop(name, None)
    ours = fix_missing_locations(copy.deepcopy(tree))
    assert ast.dump(ours, include_attributes=True) == ast.dump(
        ast.fix_missing_locations(tree), include_attributes=True
    )
