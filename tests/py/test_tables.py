"""The stand-in for pandas gives what pandas gives, or refuses by name. The values wanted here are those of pandas 3.1."""

import io
import sys

import numpy as np
import pytest
from backprop import record
from backprop.sandbox.explanation_messages import by_message
from backprop.sandbox.standins import standins
from backprop.sandbox.tables import Pandas

pd = Pandas()
XOR = "x1,x2,y\n0,0.5,0\n1,2,1\n"


def read(text=XOR, **options):
    return pd.read_csv(io.StringIO(text), **options)


@pytest.mark.parametrize(
    ("pick", "wanted", "kind"),
    [
        (lambda df: df.values, [[0, 0.5, 0], [1, 2, 1]], "f"),
        (lambda df: df[["x1", "y"]].values, [[0, 0], [1, 1]], "i"),
        (lambda df: df["x2"].to_numpy(), [0.5, 2], "f"),
        (lambda df: df.x1.values, [0, 1], "i"),
        (lambda df: df.iloc[:, :2].values, [[0, 0.5], [1, 2]], "f"),
        (lambda df: df.iloc[:, -1].values, [0, 1], "i"),
        (lambda df: df.iloc[0].values, [0, 0.5, 0], "f"),
        (lambda df: df.iloc[1:, [0, 2]].values, [[1, 1]], "i"),
        (lambda df: df[:1].values, [[0, 0.5, 0]], "f"),
        (lambda df: df.drop("y", axis=1).values, [[0, 0.5], [1, 2]], "f"),
        (lambda df: df.drop(columns=["y", "x2"]).values, [[0], [1]], "i"),
        (lambda df: df.tail(1).values, [[1, 2, 1]], "f"),
        (lambda df: np.array(df["x1"]), [0, 1], "i"),
        (lambda df: np.asarray(df, dtype=np.float32), [[0, 0.5, 0], [1, 2, 1]], "f"),
        (lambda df: np.dot(df, np.ones(3)), [0.5, 4], "f"),
        (lambda df: df["x1"][1], 1, "i"),
        (lambda df: df["x1"].iloc[1], 1, "i"),
        (lambda df: df.iloc[1, 1], 2.0, "f"),
    ],
)
def test_rows_and_columns_come_as_pandas_gives_them(pick, wanted, kind):
    picked = np.asarray(pick(read()))
    assert picked.tolist() == wanted
    assert picked.dtype.kind == kind


@pytest.mark.parametrize(
    ("text", "options", "names", "rows"),
    [
        ("1,2\n3,4\n", {"header": None}, [0, 1], [[1, 2], [3, 4]]),
        ("1,2\n3,4\n", {}, ["1", "2"], [[3, 4]]),
        ("1,2\n3,4\n", {"names": ["u", "v"]}, ["u", "v"], [[1, 2], [3, 4]]),
        ("a,b\n1,2\n", {"names": ["u", "v"], "header": 0}, ["u", "v"], [[1, 2]]),
        ("made in 2026\na,b\n1,2\n", {"skiprows": 1}, ["a", "b"], [[1, 2]]),
        ("a;b\n1;2\n", {"sep": ";"}, ["a", "b"], [[1, 2]]),
        ("a\tb\r\n1\t2\r\n", {"delimiter": "\t"}, ["a", "b"], [[1, 2]]),
        ("a  b\n1 \t2\n", {"sep": r"\s+"}, ["a", "b"], [[1, 2]]),
        ('"a","b"\n"1","x, y"\n', {}, ["a", "b"], [[1, "x, y"]]),
        ("a,b\n\nTrue,1e-3\nFalse,.5\n", {}, ["a", "b"], [[True, 0.001], [False, 0.5]]),
        ("a,b\n1,5;2\n", {"sep": ";", "header": None}, [0, 1], None),
    ],
)
def test_tables_are_read_as_pandas_reads_them(text, options, names, rows):
    if rows is None:  # a row longer than the first
        with pytest.raises(ValueError, match="Expected 1 fields in line 2, saw 2"):
            read(text, **options)
        return
    table = read(text, **options)
    assert list(table) == table.columns == names
    assert table.values.tolist() == rows
    assert len(table) == len(rows)
    assert table.shape == (len(rows), len(names))


def test_a_row_that_is_too_long_is_told_by_its_line_in_the_file():
    with pytest.raises(ValueError, match="Expected 2 fields in line 5, saw 3"):
        read("made in 2026\na,b\n\n1,2\n1,2,3\n", skiprows=1)


def test_empty_cells_are_not_a_number():
    assert np.isnan(read("a,b\n1,2\n\n,\n").values).tolist() == [[False, False], [True, True]]
    table = read("a,b\n1,\n,2\nNA,3\n")
    assert np.isnan(table.values).tolist() == [[False, True], [True, False], [True, False]]


@pytest.mark.parametrize(
    ("use", "what"),
    [
        (lambda df: df["x1"] - 1, "- (Series)"),
        (lambda df: np.ones((2, 1)) - df["x1"], "np.subtract (Series)"),
        (lambda df: np.exp(df), "np.exp (DataFrame)"),
        (lambda df: df["y"] == 1, "== (Series)"),
        (lambda df: df.std(), "DataFrame.std"),
        (lambda df: np.std(df["x1"]), "Series.std"),
        (lambda df: df.sample(frac=1), "DataFrame.sample"),
        (lambda df: df[1:]["x1"][0], "Series[…] by label"),
        (lambda df: df.__setitem__("y", 0), "DataFrame[…] = …"),
        (lambda df: df.drop(0), "DataFrame.drop of rows"),
        (lambda df: df.drop("y", axis=1, inplace=True), "DataFrame.drop(inplace=…)"),
        (lambda df: df.columns.str, "DataFrame.columns.str"),
        (lambda df: pd.DataFrame({"a": [1]}), "pd.DataFrame(…)"),
        (lambda df: pd.get_dummies(df["y"]), "pd.get_dummies"),
        (lambda df: read(index_col=0), "read_csv(index_col=…)"),
    ],
)
def test_what_it_does_not_have_is_refused_by_its_name(use, what):
    with pytest.raises(NotImplementedError) as told:
        use(read())
    assert by_message(told.value, str(told.value)) == {"id": "NotImplementedError.pandas", "what": what}


def test_a_column_that_is_not_there():
    with pytest.raises(KeyError, match="z"):
        read()[["x1", "z"]]
    with pytest.raises(KeyError, match="z"):
        read().drop("z", axis=1)


TRAINING = """
import numpy as np
import pandas as pd
df = pd.read_csv("xor.csv")
print(df.head(1))
X, y = df[["x1", "x2"]].values, df["y"].values.reshape(-1, 1)
np.random.seed(1)
W = np.random.random((2, 1))
for i in range(4):
    out = 1 / (1 + np.exp(-(X @ W)))
    delta = (y - out) * out * (1 - out)
    W += X.T @ delta
"""


def test_a_training_on_a_table_is_recorded():
    recording = record(TRAINING, files={"xor.csv": f"\ufeff{XOR}".encode()})
    assert recording.error is None
    assert recording.iterations == 4
    assert recording.value("a", 2, iteration=0, sample=0) == 0.5
    assert "x1   x2  y" in recording.output
    assert "pandas" not in sys.modules


def test_a_table_that_is_missing_is_named():
    recording = record(TRAINING, files={})
    assert (recording.error.line, recording.error.file) == (4, "xor.csv")


def test_pandas_itself_is_used_where_it_is_installed(tmp_path, monkeypatch):
    (tmp_path / "pandas.py").write_text("mark = 'the real one'\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with standins():
        import pandas

        assert pandas.mark == "the real one"
    assert sys.modules["pandas"] is pandas
    del sys.modules["pandas"]
