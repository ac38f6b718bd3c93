"""The files that a program may open: found, read in their encoding, fresh in each run, and told where one is missing."""

import os
from pathlib import Path

import backprop
import pytest
from backprop.sandbox import files
from backprop.sandbox.files import base_name, folder, offering, text_of
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st

TABLE = "x1,x2,t\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n"


def run(source, **given):
    return backprop.record(source, files=given.pop("files", {}) | given)


@pytest.mark.parametrize(
    "reads",
    [
        "print(open('data.csv').read().split()[-1])",
        "import numpy as np\nprint(np.loadtxt('data.csv', delimiter=',', skiprows=1)[-1])",
        "import numpy as np\nprint(np.genfromtxt('data.csv', delimiter=',', names=True)[-1])",
        "import csv\nwith open('data.csv', newline='') as f:\n    print(list(csv.DictReader(f))[-1])",
        "from pathlib import Path\nprint(Path('data.csv').read_text())",
        "print(open(r'C:\\Users\\me\\data.csv').read())",
        "print(open('/content/drive/data.csv').read())",
        "import numpy as np\nprint(np.loadtxt(r'C:\\Users\\me\\data.csv', delimiter=',', skiprows=1)[-1])",
        "import numpy as np\nprint(np.genfromtxt('../tables/data.csv', delimiter=',', names=True)[-1])",
        "import numpy as np\nprint(np.fromregex('tables/data.csv', r'(\\d+),', [('x', float)])[-1])",
    ],
)
def test_a_program_finds_its_file(reads):
    recording = run(reads, files={"data.csv": TABLE.encode()})
    assert recording.error is None, recording.error
    assert "1" in recording.output


@pytest.mark.parametrize(
    "line", ["import helpers", "from helpers import *", "from helpers import twice", "import helpers.more"]
)
def test_a_missing_module_is_named_as_a_file_that_may_be_the_student_s_own(line):
    recording = run(line)
    assert recording.error.type == "ModuleNotFoundError"
    assert recording.error.file == "helpers.py"


@pytest.mark.parametrize("line", ["import numpy.nothing", "import json.nothing", "from math import twice"])
def test_a_part_of_a_module_that_is_here_is_no_file(line):
    assert run(line).error.file is None


def test_a_module_of_the_student_s_own_is_imported_and_gone_after_the_run():
    """Another version of it is another module; it may import a second one, and read a file of data."""
    helpers = "import more\n数 = {}\ndef twice(x): return 数 * more.as_is(x)\n".format
    more = {"more.py": b"def as_is(x): return x\n", "a.txt": b"21"}
    for factor in (2, 3):
        recording = run(
            "from helpers import *\nimport helpers as h\nprint(twice(int(open('a.txt').read())), h.数)\n",
            files=more | {"helpers.py": helpers(factor).encode("gbk")},
        )
        assert recording.error is None, recording.error
        assert recording.output == f"{factor * 21} {factor}\n"
    assert run("import helpers").error.file == "helpers.py"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("stated", ["", ", encoding='gbk'", ", encoding='utf-16'", ", encoding='utf-8-sig'"])
def test_a_file_is_read_in_whatever_encoding_it_is(encoding, stated):
    data = ("\ufeff" * (encoding[-2:] in ("le", "be")) + "误差,0.5\n").encode(encoding)
    if encoding == "utf-8" and "gbk" in stated:
        return  # the program asks for what it gets
    if encoding == "utf-8" and "utf-16" in stated:
        return
    recording = run(f"print(open('a.txt'{stated}).read())", files={"a.txt": data})
    assert recording.output == "误差,0.5\n\n", recording.error


@pytest.mark.parametrize("stated", ["", ", encoding='gbk'"])
def test_numpy_reads_a_file_in_whatever_encoding_it_is(stated):
    source = f"import numpy as np\nprint(np.loadtxt('a.txt', str, delimiter=','{stated}))"
    recording = run(source, files={"a.txt": "误差,0.5\n".encode("gbk")})
    assert recording.output == "['误差' '0.5']\n", recording.error


def test_letters_of_europe_are_not_taken_for_chinese():
    assert text_of("Größe;für;Übung".encode("cp1252")) == ("Größe;für;Übung", "cp1252")
    assert text_of("训练数据".encode("gbk")) == ("训练数据", "gb18030")


def test_what_a_program_writes_is_gone_in_the_next_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    source = (
        "import os\nprint(os.path.exists('log.txt'), open('a.txt').read())\n"
        "open('log.txt', 'w').write('x')\nopen('a.txt', 'w').write('changed')\n"
    )
    outputs = {run(source, files={"a.txt": b"1"}).output for _ in range(2)}
    assert outputs == {"False 1\n"}
    assert list(tmp_path.iterdir()) == []
    assert Path.cwd() == tmp_path


@pytest.mark.parametrize(
    "reads",
    [
        "open('data.csv')",
        "open(r'C:\\tables\\data.csv')",
        "import numpy as np\nnp.loadtxt('in/data.csv')",
        "import numpy as np\nnp.genfromtxt('data.csv')",
        "import numpy as np\nnp.load('data.csv')",
    ],
)
def test_a_missing_file_is_named(reads):
    error = run(reads).error
    assert error.type == "FileNotFoundError"
    assert error.file == "data.csv"
    assert error.line == reads.count("\n") + 1


def test_other_errors_name_no_file():
    assert run("1 / 0").error.file is None
    assert run("raise FileNotFoundError").error.file is None


def test_without_files_a_program_runs_where_it_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("mine.txt").write_text("mine")
    assert backprop.record("print(open('mine.txt').read())").output == "mine\n"


def test_a_program_that_trains_on_a_file_is_followed():
    source = (
        "import numpy as np\n"
        "D = np.loadtxt('data.csv', delimiter=',', skiprows=1)\nX, y = D[:, :2], D[:, 2:]\n"
        "rng = np.random.default_rng(1)\nV, W = rng.normal(size=(2, 3)), rng.normal(size=(3, 1))\n"
        "for epoch in range(20):\n    h = np.tanh(X @ V)\n    o = 1 / (1 + np.exp(-h @ W))\n"
        "    d = (o - y) * o * (1 - o)\n    e = d @ W.T * (1 - h**2)\n"
        "    W -= 0.5 * h.T @ d\n    V -= 0.5 * X.T @ e\n"
    )
    recording = run(source, files={"data.csv": TABLE.encode()})
    assert recording.found.state == "found"
    assert recording.iterations == 20


@settings(max_examples=examples(200))
@given(st.binary(max_size=60))
def test_any_bytes_are_read(data):
    text, encoding = text_of(data)
    assert encoding in ("utf-8", "utf-16", "gb18030", "cp1252")
    before = os.getcwd(), files.builtins.open, files.io.open
    with offering({"a.txt": data}), folder():
        Path("a.txt").read_text(errors="replace")
        with open("a.txt", "rb") as opened:
            assert opened.read() in (data, text.encode())
    assert before == (os.getcwd(), files.builtins.open, files.io.open)


def test_a_name_loses_its_folders():
    for path in ("a.csv", "./a.csv", "/x/a.csv", "C:\\x\\a.csv", "x\\y/a.csv"):
        assert base_name(path) == "a.csv"
