"""Where the build takes NumPy's wheel for the page from, tried on a server of this machine's own."""

import hashlib
import io
import re
import time
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

from building import numpy_wheel as source

NAME = "numpy-2.2.5-cp313-cp313-pyodide_2025_0_wasm32.whl"


def zipped(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("something/else.txt", bytes(200_000))
        archive.writestr(name, content)
    return buffer.getvalue()


WHEEL = zipped("numpy/__init__.py", b"stands for NumPy")
OTHER = zipped("numpy/__init__.py", b"is something else")
SHA256 = hashlib.sha256(WHEEL).hexdigest()
PACKAGE = zipped(f"open_webui/frontend/pyodide/{NAME}", WHEEL)


class Fake:
    """A server that answers with `files`, by range if asked; `slow` paths wait for the test's end."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.slow: set[str] = set()
        self.asked: list[str] = []
        self.over = Event()
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                fake.asked.append(self.path)
                if self.path in fake.slow:
                    fake.over.wait(30)
                data = fake.files.get(self.path)
                if data is None:
                    return self.send_error(404)
                span = re.match(r"bytes=(\d*)-(\d*)", self.headers.get("Range", ""))
                first, last = 0, len(data) - 1
                if span and span[1]:
                    first, last = int(span[1]), min(int(span[2] or last), last)
                elif span:
                    first = max(len(data) - int(span[2]), 0)
                self.send_response(206 if span else 200)
                self.send_header("Content-Range", f"bytes {first}-{last}/{len(data)}")
                self.send_header("Content-Length", str(last + 1 - first))
                self.end_headers()
                self.wfile.write(data[first : last + 1])
                return None

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/"
        Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Fake]:
    """Both sources on this machine, an empty cache, and three seconds for what is ten in earnest."""
    made = Fake()
    monkeypatch.setattr(source, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(source, "SOURCE_SECONDS", 3)
    monkeypatch.setattr(source, "JSDELIVR", made.address + "full/")
    monkeypatch.setattr(source, "pypi_address", lambda _: made.address + "package.whl")
    yield made
    made.over.set()
    made.server.shutdown()
    made.server.server_close()


def test_jsdelivr_is_asked_first_and_the_cache_afterwards(fake: Fake) -> None:
    fake.files[f"/full/{NAME}"] = WHEEL
    assert source.numpy_wheel(NAME, SHA256) == WHEEL
    assert source.numpy_wheel(NAME, SHA256) == WHEEL
    assert fake.asked == [f"/full/{NAME}"]
    assert (source.CACHE / NAME).read_bytes() == WHEEL


def test_a_source_without_the_file_is_skipped_with_one_line(
    fake: Fake, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.files["/package.whl"] = PACKAGE
    assert source.numpy_wheel(NAME, SHA256) == WHEEL
    lines = [line for line in capsys.readouterr().out.splitlines() if "skipped" in line]
    assert lines == ["  jsDelivr is skipped: HTTP Error 404: Not Found"]


def test_a_source_that_is_down_is_skipped(
    fake: Fake, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(source, "JSDELIVR", "http://127.0.0.1:9/")
    fake.files["/package.whl"] = PACKAGE
    assert source.numpy_wheel(NAME, SHA256) == WHEEL
    assert "jsDelivr is skipped" in capsys.readouterr().out


def test_a_slow_source_is_skipped(fake: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    fake.slow.add(f"/full/{NAME}")
    fake.files["/package.whl"] = PACKAGE
    started = time.monotonic()
    assert source.numpy_wheel(NAME, SHA256) == WHEEL
    assert time.monotonic() - started < 10
    assert "jsDelivr is skipped" in capsys.readouterr().out


def test_a_proxy_that_sends_its_own_page_is_skipped(fake: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    fake.files[f"/full/{NAME}"] = b"<html>Please log in</html>"
    fake.files["/package.whl"] = PACKAGE
    assert source.numpy_wheel(NAME, SHA256) == WHEEL
    assert "jsDelivr is skipped: what it sent is no wheel" in capsys.readouterr().out


@pytest.mark.parametrize("origin", ["jsDelivr", "PyPI", "the cache"])
def test_a_wrong_hash_stops_the_build_whatever_the_source(fake: Fake, origin: str) -> None:
    if origin == "jsDelivr":
        fake.files[f"/full/{NAME}"] = OTHER
        fake.files["/package.whl"] = PACKAGE
    elif origin == "PyPI":
        fake.files["/package.whl"] = zipped(f"open_webui/frontend/pyodide/{NAME}", OTHER)
    else:
        fake.files[f"/full/{NAME}"] = WHEEL
        source.CACHE.mkdir()
        (source.CACHE / NAME).write_bytes(OTHER)
    with pytest.raises(SystemExit, match="wrong sha256"):
        source.numpy_wheel(NAME, SHA256)
    assert origin == "the cache" or not source.CACHE.exists()


def test_the_package_may_or_may_not_have_it(fake: Fake) -> None:
    fake.files["/package.whl"] = zipped("big.bin", b"")
    with pytest.raises(OSError, match="has no numpy"):
        source.from_pypi(NAME)
    fake.files["/package.whl"] = PACKAGE
    assert source.from_pypi(NAME) == WHEEL


def test_when_no_source_has_it_one_sentence_says_what_to_do(fake: Fake) -> None:
    with pytest.raises(SystemExit, match=r"go online, or put numpy-.*\.whl into"):
        source.numpy_wheel(NAME, SHA256)
