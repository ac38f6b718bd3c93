"""Right programs by the rules that books and papers print: none is said to be wrong.

tests/rules has optimisers on arrays (`optimiser_…`), activations and errors (`function_…`), architectures and steps in plain
numbers (`by_nodes_…`). Some of them are refused as no plain feed-forward network; none may be accused.
"""

from pathlib import Path

import pytest
from backprop import diagnose, record

RULES = sorted((Path(__file__).parents[1] / "rules").glob("*.py"))


def test_there_are_rules():
    assert len(RULES) > 100


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_a_published_rule_is_not_accused(path):
    recording = record(path.read_text(encoding="utf-8"))
    assert recording.error is None
    accusations = [(one.id, one.line) for one in diagnose(recording) if one.kind in ("mistake", "unknown")]
    assert accusations == []
