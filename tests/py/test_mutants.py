"""The mutation test: programs with one change each; those whose steps are wrong are flagged, and no others.

The whole of it, with its table: `PYTHONPATH=py .venv/bin/python -m tests.py.mutation`, or `-m slow`.
"""

import pytest

from tests.py.mutation import PROGRAMS, Table, all_rows, rows_of

QUICK = ["03_analyticsvidhya_wh_bh_slope", "more/b_hla", "more/a_trask", "65_zh_np_matrix_bp_train"]


def test_mutants_of_a_few_programs_are_flagged_where_they_were_changed():
    table = Table()
    for name in QUICK:
        for mutant, result in rows_of(PROGRAMS / f"{name}.py", 7):
            table.add(mutant, result)
    assert table.total("faulty") >= 5
    assert table.total("flagged") == table.total("faulty")
    assert table.total("placed") >= 0.9 * table.total("faulty")
    assert table.total("blamed") == 0


@pytest.mark.slow
def test_at_least_95_of_100_mutants_are_flagged_and_90_at_their_place():
    table = Table()
    for _, mutant, result in all_rows(40):
        table.add(mutant, result)
    print(table.text())
    assert table.total("all") > 1_000
    assert table.total("flagged") >= 0.95 * table.total("faulty")
    assert table.total("placed") >= 0.9 * table.total("faulty")
    assert table.total("blamed") <= 0.01 * (table.total("right") + table.total("equivalent"))
