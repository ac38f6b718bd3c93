"""The command `dist`: the three artefacts that others use."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from building.paths import DIST, PARTS, ROOT, SINGLE, files
from building.shell import need, say
from building.site import build

SCORM = "backprop-lab-scorm12.zip"


def scorm_package(target: Path) -> None:
    """A SCORM 1.2 package: the page as one file, and the manifest that names it."""
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=9) as package:
        for file, name in ((ROOT / "tools/imsmanifest.xml", "imsmanifest.xml"), (SINGLE, "index.html")):
            entry = ZipInfo(name)  # with a fixed date, so the same page gives the same bytes
            package.writestr(entry, file.read_bytes(), ZIP_DEFLATED)


def dist(_: argparse.Namespace) -> None:
    """Make dist/: site/ for any static host, backprop-lab.html (one file), and that as a SCORM 1.2 package."""
    build()
    shutil.rmtree(DIST, ignore_errors=True)
    need("node", "tools/pages.mjs", "offline", PARTS, DIST / "site")
    scorm_package(DIST / SCORM)
    shutil.copy(SINGLE, DIST)
    for name in (SINGLE.name, SCORM):  # the page for teachers leads to both
        shutil.copy(DIST / name, DIST / "site")
    for made in sorted(DIST.iterdir()):
        size = sum(f.stat().st_size for f in (files(made) if made.is_dir() else [made]))
        say(f"{made.relative_to(ROOT)}: {size / 1e6:.1f} MB")
