"""Imports between the folders of the package, and between its files, run one way: none in a circle."""

import ast
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import backprop

PACKAGE = Path(backprop.__file__).parent


def folder_of(path):
    """The folder of a module, or its own name if it stands at the top of the package."""
    inside = path.relative_to(PACKAGE)
    return inside.parts[0] if len(inside.parts) > 1 else inside.stem


def imported_by(path):
    """The folders and top modules that a module imports when it runs, not for its types alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for part in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and id(node) not in for_types:
            names = (node.module or "").split(".")
            if names[0] == "backprop":
                yield from names[1:2] or [alias.name for alias in node.names]


def graph():
    """folder -> the folders that it imports. A lesson's own programs are no part of the package."""
    found = defaultdict(set)
    for path in PACKAGE.rglob("*.py"):
        is_program = path.relative_to(PACKAGE).parts[0] == "lessons" and path.parent.name != "lessons"
        if not is_program and path.name != "__init__.py":
            found[folder_of(path)] |= {*imported_by(path)} - {folder_of(path)}
    return found


def graph_of_files():
    """file -> the files that it imports, for types alone too."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        if path.name == "__init__.py":
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
        names = {node.module for node in imports}
        names |= {f"{node.module}.{alias.name}" for node in imports for alias in node.names}
        files = {PACKAGE.parent / (name.replace(".", "/") + ".py") for name in names}
        found[str(path)] = {str(file) for file in files if file.exists()}
    return found


def assert_no_circle(imports):
    done, open_ = set(), []

    def visit(one):
        assert one not in open_, " -> ".join([*open_, one])
        if one in done:
            return
        open_.append(one)
        for other in sorted(imports.get(one, ())):
            visit(other)
        done.add(open_.pop())

    for one in sorted(imports):
        visit(one)


def test_imports_between_folders_run_in_no_circle():
    imports = graph()
    assert len(imports) > 12
    assert_no_circle(imports)


def test_imports_between_files_run_in_no_circle():
    imports = graph_of_files()
    assert sum(map(len, imports.values())) > 500
    assert_no_circle(imports)


def test_the_core_knows_nothing_of_the_page():
    imports = graph()
    for folder, used in imports.items():
        if folder not in ("page", "__init__", "__main__"):
            assert "page" not in used, folder


def test_the_page_s_python_starts_with_the_modules_that_are_loaded_first():
    """Modules that `tools/runtime.mjs` does not name come in a second file, and a start would wait for it."""
    runtime = (PACKAGE.parents[1] / "tools" / "runtime.mjs").read_text(encoding="utf-8")
    named = "".join(
        re.findall(r'"([^"]*)"', runtime.partition("const WANTED =")[2].partition(";")[0])
    ).split()
    code = f"""
import sys
for name in {[*named, "asyncio", "importlib.util", "numpy.random", "numpy.typing"]}:
    __import__(name)
before = {{*sys.modules}}
import backprop.page.session, backprop.panels.playground, backprop.page.opening
print(*({{name.partition(".")[0] for name in sys.modules}} - {{name.partition(".")[0] for name in before}}))
"""
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parent
    )
    assert {*told.stdout.split()} <= {"backprop", "resource", "gc"}  # the last two are built in
