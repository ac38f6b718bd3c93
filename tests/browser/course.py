"""A course page on another origin, with the lab in a frame: what the tests of frames and of SCORM share."""

from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from conftest import serving
from playwright.sync_api import Frame, Page, expect

import build

# The course page writes down what the frame tells it and, as h5p-resizer.js does, answers H5P's hello.
COURSE = """<!doctype html><title>A course</title>{head}<h1>A course</h1>
<script>
const heard = [];
addEventListener("message", ({{ source, data }}) => {{
  heard.push(data);
  const frame = document.querySelector("iframe");
  if (source === frame.contentWindow && data.context === "h5p" && data.action === "hello")
    source.postMessage({{ context: "h5p", action: "hello" }}, "*");
}});
{script}
</script>
<div style="height: {above}px"></div>
<iframe title="lab" width="{width}" height="{height}" {attributes} src="{src}"></iframe>"""


class Course(build.Handler):
    """Answers /course?src=…&attributes=… with a page that has this frame, /scorm12.js with scorm-again, else files."""

    def do_GET(self) -> None:
        where = urlsplit(self.path)
        if where.path == "/course":
            given = {
                "src": "",
                "above": "0",
                "width": "800",
                "height": "500",
                "attributes": "",
                "head": "",
                "script": "",
            }
            given |= {name: values[0] for name, values in parse_qs(where.query).items()}
            given["src"] = escape(given["src"])
            self.answer("text/html; charset=utf-8", COURSE.format(**given).encode())
        elif where.path == "/scorm12.js":
            text = (build.MODULES / "scorm-again/dist/scorm12.min.js").read_bytes()
            self.answer("text/javascript; charset=utf-8", text)
        else:
            super().do_GET()

    def answer(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def course_server(folder: Path = build.SITE) -> Iterator[str]:
    with serving(Course, folder) as address:
        yield address


def lab_frame(page: Page) -> Frame:
    """The lab's frame, once its first step is drawn."""
    frame = page.frame_locator("iframe")
    expect(frame.locator("[data-steps]")).to_be_visible()
    return next(f for f in page.frames if f.parent_frame)
