"""What the package gives to others: its names, its documentation, and that imports run one way."""

import ast
import dataclasses
import inspect
from pathlib import Path

import backprop
import pytest
from backprop.analyse.step_groups import CheckGroup, Operand
from backprop.equations.rule import Rule
from backprop.model import recording as data
from backprop.model.patterns import Batch, SegmentPattern, StepPattern
from backprop.recording.notes import Structure

PACKAGE = Path(backprop.__file__).parent


def test_every_type_that_a_user_meets_is_exported_and_documented():
    for name in backprop.__all__:
        assert hasattr(backprop, name)
        if inspect.isclass(getattr(backprop, name)) or inspect.isfunction(getattr(backprop, name)):
            assert inspect.getdoc(getattr(backprop, name)), name


@pytest.mark.parametrize(
    "kind",
    [
        data.Recording,
        data.Step,
        data.Block,
        StepPattern,
        Batch,
        SegmentPattern,
        CheckGroup,
        Operand,
        Structure,
        Rule,
    ],
)
def test_every_field_is_documented(kind):
    names = (
        [field.name for field in dataclasses.fields(kind)] if dataclasses.is_dataclass(kind) else kind._fields
    )
    told = [line.split()[0].rstrip(",") for line in (inspect.getdoc(kind) or "").splitlines() if line.strip()]
    assert [name for name in names if name not in told] == []


def imported_by(package):
    """The packages of ours that the files of a package import when they run, at their heads or inside a function."""
    found = set()
    for path in (PACKAGE / package).rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        tree.body = [one for one in tree.body if not ast.unparse(one).startswith("if TYPE_CHECKING")]
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("backprop."):
                found.add((node.module or "").split(".")[1])
    return found - {package}


def test_the_data_of_a_recording_imports_no_analysis():
    assert imported_by("model") <= {"equations", "network", "texts", "topology"}
    assert "recording" not in imported_by("analyse")
    assert not imported_by("equations") & {"analyse", "recording", "page"}
