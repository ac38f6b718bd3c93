"""A static server on this machine, and the command `serve`."""

from __future__ import annotations

import argparse
import os
import sys
import threading
import webbrowser
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from building.paths import SITE
from building.shell import say, stop
from building.site import build


class Handler(SimpleHTTPRequestHandler):
    """Static files with the right types, whatever the type table of this machine says."""

    extensions_map = {  # noqa: RUF012 (the base class asks for a plain dict)
        "": "application/octet-stream",
        ".html": "text/html; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".json": "application/json",
        ".txt": "text/plain; charset=utf-8",
        ".wasm": "application/wasm",
        ".woff2": "font/woff2",
        ".zip": "application/zip",
    }

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        self.send_header("Access-Control-Allow-Origin", "*")  # a sandboxed frame has no origin
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        pass


def server(folder: Path = SITE, port: int = 0, handler: type = Handler) -> ThreadingHTTPServer:
    """Serve `folder` on 127.0.0.1; port 0 takes a free one (`server_port` says which)."""
    made = ThreadingHTTPServer(("127.0.0.1", port), partial(handler, directory=str(folder)))
    threading.Thread(target=made.serve_forever, daemon=True).start()
    return made


def serve(options: argparse.Namespace) -> None:
    """Build the site and serve it until Ctrl+C."""
    build()
    try:
        address = f"http://127.0.0.1:{server(port=options.port).server_port}/"
    except OSError:
        stop(f"port {options.port} is taken: choose another with --port, or 0 for any free one.")
    say(f"\nBackprop Lab is at {address}   (Ctrl+C ends it)")
    display = os.name == "nt" or sys.platform == "darwin" or os.environ.get("DISPLAY")
    if not options.no_open and (display or os.environ.get("WAYLAND_DISPLAY")):
        webbrowser.open(address)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        say("")
