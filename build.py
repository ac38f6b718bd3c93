#!/usr/bin/env python3
"""Sets up, builds, serves and tests Backprop Lab.

    python3 build.py serve    set everything up, build, serve on 127.0.0.1 and open a browser
    python3 build.py test     lint, types, JavaScript units, the core in CPython and in Pyodide, the page in
                              Chromium (--engines all: in Firefox and WebKit as well;
                              --random: only the property tests, with new examples)
    python3 build.py dist     dist/: the page for any static host, as one file, and as a SCORM package
    python3 build.py bench    speed, as ratios measured side by side (--short: in three minutes)
    python3 build.py check    lint and types only

Needs Python 3.11 or later and Node 20 or later; it installs everything else into .venv and node_modules.
A step is skipped if none of its sources has changed. The code is in the folder building/.
"""

from __future__ import annotations

import argparse

from building.checks import NOT_RUN, bench, check, test
from building.distribution import dist, scorm_package
from building.environment import chromium, set_up
from building.numpy_wheel import numpy_wheel
from building.paths import BUILD, MODULES, PARTS, ROOT, RUNTIME, SINGLE, SITE, files
from building.server import Handler, serve, server
from building.shell import need
from building.site import RUNTIME_FILES

# What the browser tests and the bench use of the build.
__all__ = [
    "BUILD",
    "MODULES",
    "NOT_RUN",
    "PARTS",
    "ROOT",
    "RUNTIME",
    "RUNTIME_FILES",
    "SINGLE",
    "SITE",
    "Handler",
    "chromium",
    "files",
    "need",
    "numpy_wheel",
    "scorm_package",
    "server",
]


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    commands = reader.add_subparsers(required=True, metavar="serve|test|dist|bench|check")
    for command in (serve, test, dist, bench, check):
        of = commands.add_parser(command.__name__, help=command.__doc__)
        of.set_defaults(command=command)
        if command is serve:
            of.add_argument("--port", type=int, default=8000, help="0: any free one")
            of.add_argument("--no-open", action="store_true", help="open no browser")
        if command is bench:
            parts = ("page", "recording", "finding", "playground", "digits")
            of.add_argument("--part", action="append", choices=parts, default=[], help="only this")
            of.add_argument(
                "--short", action="store_true", help="in three minutes: fewer rounds and programs"
            )
        if command is test:
            of.add_argument(
                "--engines", choices=("chromium", "all"), default="chromium", help="all: Firefox, WebKit"
            )
            of.add_argument(
                "--random",
                type=int,
                nargs="?",
                const=0,
                metavar="SEED",
                help="only the property tests, with examples drawn from SEED (none: a new one, printed)",
            )
    options = reader.parse_args()
    set_up()
    options.command(options)


if __name__ == "__main__":
    main()
