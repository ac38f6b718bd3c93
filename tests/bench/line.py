"""A school's network: a server whose line carries so many megabits a second and takes so long there and back.

Bandwidth and round trip are made in the server, because a browser's own throttling leaves its workers out. All answers
share one line, as they do in a class room.
"""

import threading
import time
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import brotli

import build

MEGABITS = 10.0  # a second
ROUND_TRIP = 0.04  # seconds
_PIECE = 8192  # bytes that are sent at once


class Line:
    """What all answers share; `sent` is how many bytes of bodies it has carried, `later` how many of these belong to the
    modules that no start waits for (rest.zip)."""

    def __init__(self, megabits: float = MEGABITS) -> None:
        self._seconds_per_byte = 8 / (megabits * 1e6)
        self._lock = threading.Lock()
        self._free = 0.0  # the time from which on nothing is on its way
        self.sent = self.later = 0

    def carry(self, size: int, is_later: bool) -> None:
        """Returns when so many bytes have come through."""
        with self._lock:
            self.sent += size
            self.later += size * is_later
            self._free = max(self._free, time.monotonic()) + size * self._seconds_per_byte
            until = self._free
        time.sleep(max(0.0, until - time.monotonic()))


class _Answers(build.Handler):
    """Sends `name.br`, where there is one, to a browser that takes it; so does a network of copies (CDN)."""

    protocol_version = "HTTP/1.1"  # a connection is used again

    def __init__(self, *given: Any, line: Line, **named: Any) -> None:
        self.line = line
        super().__init__(*given, **named)

    def setup(self) -> None:
        super().setup()
        time.sleep(ROUND_TRIP)  # the connection

    def do_GET(self) -> None:
        time.sleep(ROUND_TRIP)
        path = Path(self.translate_path(self.path))
        packed = path.with_name(f"{path.name}.br")
        if not packed.exists() or "br" not in self.headers.get("Accept-Encoding", ""):
            return super().do_GET()
        body = packed.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "br")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self._send(body)

    def copyfile(self, source: Any, outputfile: Any) -> None:
        self._send(source.read())

    def _send(self, body: bytes) -> None:
        for at in range(0, len(body), _PIECE):
            piece = body[at : at + _PIECE]
            self.line.carry(len(piece), "/rest." in self.path)
            try:
                self.wfile.write(piece)
            except OSError:  # the page has been closed
                return


def behind_a_line(folder: Path, line: Line) -> ThreadingHTTPServer:
    """Serve a folder over a line."""
    made = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Answers, directory=str(folder), line=line))
    made.daemon_threads = True
    threading.Thread(target=made.serve_forever, daemon=True).start()
    return made


def with_brotli(folder: Path) -> Path:
    """The folder, with a copy in brotli beside each of its files."""
    for file in folder.iterdir():
        packed = file.with_name(f"{file.name}.br")
        if file.suffix != ".br" and not packed.exists():
            packed.write_bytes(brotli.compress(file.read_bytes(), quality=9))
    return folder
