"""A notebook's code cells become one program; what only a notebook understands is set aside and said."""

import json
from contextlib import suppress

import pytest
from backprop.page import opening
from backprop.sandbox.notebook import Cell, NotebookError, program_of_notebook
from backprop.sandbox.repair import repair
from backprop.sandbox.repair_syntax import compiles
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st


def code(source):
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}


def notebook(*cells, **more):
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells), **more})


CELLS = (
    {"cell_type": "markdown", "metadata": {}, "source": "# 标题"},
    code(["%matplotlib inline\n", "import numpy as np\n", "x = 1"]),
    code(""),
    {"cell_type": "raw", "metadata": {}, "source": "x ="},
    code("!pip install torch\r\nif x:\r\n    !ls\r\n"),
    code("%%bash\n\nls\n"),
    code("%%time\nfor k in range(3):\n    x = (x\n      %k)\nx?"),
)
PROGRAM = """\
# %matplotlib inline
import numpy as np
x = 1

# !pip install torch
if x:
    pass  # !ls

# %%bash

# ls

# %%time
for k in range(3):
    x = (x
      %k)
# x?
"""


def test_the_code_cells_stand_in_order_and_commands_are_comments():
    result = program_of_notebook(notebook(*CELLS))
    assert result.program == PROGRAM
    assert compiles(result.program)
    assert result.cells == [Cell(1, 1, 3), Cell(2, 5, 3), Cell(3, 9, 3), Cell(4, 13, 5)]


def test_what_is_set_aside_is_said_with_its_line():
    result = program_of_notebook(notebook(*CELLS))
    lines = result.program.split("\n")
    assert [(change.line, change.what) for change in result.set_aside] == [
        (1, "%matplotlib inline"),
        (5, "!pip install torch"),
        (7, "!ls"),
        (9, "%%bash"),
        (11, "ls"),
        (13, "%%time"),
        (17, "x?"),
    ]
    assert all(change.what in lines[change.line - 1] for change in result.set_aside)
    assert result.set_aside[0].message("en") == "command for a notebook, %matplotlib inline → a comment"
    assert result.set_aside[0].message("zh") == "笔记本命令 %matplotlib inline → 注释"


def test_format_3_has_its_cells_in_worksheets():
    cells = [
        {"cell_type": "code", "language": "python", "input": ["print 1\n", "x = 2"]},
        {"cell_type": "heading"},
    ]
    text = json.dumps(
        {"nbformat": 3, "metadata": {"name": ""}, "worksheets": [{"cells": cells}, {"cells": []}]}
    )
    result = program_of_notebook("\ufeff" + text)
    assert result.program == "print 1\nx = 2\n"
    assert repair(result.program).text == "print(1)\nx = 2\n"


def test_a_notebook_without_code_is_an_empty_program():
    assert program_of_notebook(notebook()).program == ""


@pytest.mark.parametrize(
    ("text", "identifier", "says"),
    [
        ('{"cells": [\n  {]}', "notebook-json", "broken at line 2, column 4"),
        ("", "notebook-json", "line 1, column 1"),
        ("import numpy as np", "notebook-json", "line 1, column 1"),
        ("[1, 2]", "notebook-shape", "no list of cells"),
        ('{"a": 1}', "notebook-shape", "no list of cells"),
        ('{"cells": 3}', "notebook-shape", "no list of cells"),
        ("[" * 100_000, "notebook-shape", "no list of cells"),
        ("9" * 10_000, "notebook-shape", "no list of cells"),
        (notebook(nbformat=5), "notebook-version", "format 5"),
        (notebook(nbformat="x"), "notebook-version", "format x"),
        (notebook(metadata={"kernelspec": {"language": "julia"}}), "notebook-language", "written in julia"),
        (notebook(metadata={"language_info": {"name": "R"}}), "notebook-language", "written in R"),
    ],
)
def test_what_is_no_notebook_is_said_in_both_languages(text, identifier, says):
    with pytest.raises(ValueError, match=says) as raised:
        program_of_notebook(text)
    error = raised.value
    assert error.id == identifier
    assert str(error) == f"{error.message('en')} / {error.message('zh')}"


VALUES = st.recursive(
    st.none() | st.integers(0, 5) | st.text("x=\n%!", max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["cells", "worksheets", "nbformat", "source", "input", "cell_type", "metadata", "kernelspec"]
            ),
            inner | st.sampled_from(["code", 3, 4]),
            max_size=4,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=examples(200))
@given(VALUES)
def test_any_json_is_a_program_or_refused(value):
    with suppress(NotebookError):
        assert isinstance(program_of_notebook(json.dumps(value)).program, str)


@settings(max_examples=examples(100))
@given(st.lists(st.text("x=1\n%!()'", max_size=20), max_size=4))
def test_each_cell_stands_where_it_is_said_to(sources):
    result = program_of_notebook(notebook(*map(code, sources)))
    kept = [source.strip("\n").split("\n") for source in sources if source.strip()]
    lines = result.program.split("\n")
    for cell, source in zip(result.cells, kept, strict=True):
        assert cell.lines == len(source)
        stood = lines[cell.line - 1 : cell.line - 1 + cell.lines]
        assert all(line.strip() in now for line, now in zip(source, stood))


def test_the_page_gets_the_program_or_why_there_is_none():
    told = json.loads(opening.notebook(notebook(*CELLS)))
    assert (told["program"], told["cells"]) == (PROGRAM, 4)
    assert [(one["line"], one["what"]) for one in told["aside"]][:2] == [
        (1, "%matplotlib inline"),
        (5, "!pip install torch"),
    ]
    told = json.loads(opening.notebook("{"))
    assert set(told) == {"refused"}
    assert "JSON" in told["refused"]["zh"]
