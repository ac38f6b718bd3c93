"""`build.py dist`: the files that the page for teachers offers for download."""

import argparse
import re
import shutil
from zipfile import ZipFile

from building import distribution
from building.paths import ROOT


def test_the_files_that_the_page_for_teachers_offers_stand_beside_it(monkeypatch, tmp_path):
    """The page itself is not built here: that takes minutes."""
    page = "\ufeff<!doctype html>".encode("utf-16le")
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools/imsmanifest.xml", tmp_path / "tools")
    (tmp_path / "backprop-lab.html").write_bytes(page)
    monkeypatch.setattr(distribution, "ROOT", tmp_path)
    monkeypatch.setattr(distribution, "DIST", tmp_path / "dist")
    monkeypatch.setattr(distribution, "SINGLE", tmp_path / "backprop-lab.html")
    monkeypatch.setattr(distribution, "build", lambda: None)
    monkeypatch.setattr(distribution, "need", lambda *command: command[-1].mkdir(parents=True))

    distribution.dist(argparse.Namespace())

    view = (ROOT / "site/views/teachers.js").read_text(encoding="utf-8")
    one, package = (tmp_path / "dist/site" / name for name in re.findall(r'href="([^"]+)" download', view))
    assert one.read_bytes() == page
    with ZipFile(package) as opened:
        assert sorted(opened.namelist()) == ["imsmanifest.xml", "index.html"]
        assert opened.read("index.html") == page
        assert b'href="index.html"' in opened.read("imsmanifest.xml")
