"""The folders and files of the build."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
MODULES = ROOT / "node_modules"
RUNTIME = MODULES / "pyodide"
BUILD = ROOT / "build"
PARTS = BUILD / "parts"  # the files that the page loads, under plain names
PYTHON = PARTS / "python"
NUMPY_LICENCE = BUILD / "numpy-licence.txt"
SITE = BUILD / "site"
SINGLE = BUILD / "backprop-lab.html"
DIST = ROOT / "dist"


def files(folder: Path, pattern: str = "**/*") -> list[Path]:
    """The files below a folder, without Python's caches."""
    return [f for f in folder.glob(pattern) if f.is_file() and "__pycache__" not in f.parts]
