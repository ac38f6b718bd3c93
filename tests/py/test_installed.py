"""The package as others get it: `pip install .` into a folder of its own, and `python -m backprop` from there."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from backprop.lessons.lens import LESSONS
from backprop.lessons.lens import lessons as lesson_ids

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The folder that `pip install --target` filled. NumPy and the build backend are this environment's own."""
    target = tmp_path_factory.mktemp("installed")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    command += ["--disable-pip-version-check", "--target", str(target), str(ROOT)]
    subprocess.run(command, check=True, timeout=120)
    return target


def run(installed, *arguments):
    """`python -m backprop …` with the installed package, in a folder without the sources."""
    environment = {**os.environ, "PYTHONPATH": str(installed), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "backprop", *arguments]
    return subprocess.run(command, cwd=installed, env=environment, capture_output=True, text=True)


def test_the_command_checks_a_program(installed):
    done = run(installed, "check", str(LESSONS / "forward/program.py"), "--lesson", "forward", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["programs"][0]["state"] == "agrees"


def test_the_lessons_come_with_it(installed):
    done = run(installed, "lessons")
    assert [line.split()[0] for line in done.stdout.splitlines()] == lesson_ids()


def test_what_is_in_it(installed):
    package = installed / "backprop"
    assert (package / "py.typed").exists()
    assert {path.name for path in (package / "lessons/xor").iterdir() if path.is_file()} >= {
        "program.py",
        "lesson.toml",
        "exercises.toml",
        "en.md",
        "zh.md",
    }
    assert not [*package.glob("lessons/*/wrong"), *package.glob("lessons/*/right")]
    assert (installed / "bin/backprop-lab").exists() or os.name == "nt"
