"""dist/site: the second visit needs no network, and a new version is offered."""

import json
import shutil
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from lab import READY, button, run, wait_ready
from playwright.sync_api import Browser, Page, expect

import build

KEPT = """async () => {
  const { active } = await navigator.serviceWorker.ready;
  while (active.state !== "activated") await new Promise((done) => setTimeout(done, 100));
  const caches_ = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
  const keys = (await Promise.all(caches_.map((cache) => cache.keys()))).flat();
  return keys.map(({ url }) => new URL(url).pathname.slice(1));
}"""


class Site(NamedTuple):
    """A site on a server of its own; bodies: the bytes of each answer's body."""

    folder: Path
    address: str
    bodies: list[tuple[str, int]]
    server: ThreadingHTTPServer


def publish(parts: Path, folder: Path) -> None:
    build.need("node", "tools/pages.mjs", "offline", parts, folder)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    bodies: list[tuple[str, int]] = []

    class Counting(build.Handler):
        def copyfile(self, source: Any, outputfile: Any) -> None:
            content = source.read()
            bodies.append((self.path, len(content)))
            outputfile.write(content)

    folder = tmp_path / "site"
    publish(build.PARTS, folder)
    server = build.server(folder, handler=Counting)
    yield Site(folder, f"http://127.0.0.1:{server.server_port}/", bodies, server)
    server.shutdown()
    server.server_close()


def visited(browser: Browser, site: Site, page: Page) -> list[str]:
    """The files kept after a first visit."""
    page.goto(site.address)
    wait_ready(page)
    kept: list[str] = page.evaluate(KEPT)
    return kept


def test_every_file_is_kept_and_the_second_visit_needs_no_network(
    page: Page, browser: Browser, site: Site
) -> None:
    kept = visited(browser, site, page)
    there = {f.relative_to(site.folder).as_posix() for f in build.files(site.folder)}
    assert set(kept) == there - {"service-worker.js"}
    for part in (".wasm.bin", ".whl.bin", "python_stdlib", "memory", "lessons/two-layer", ".woff2"):
        assert any(part in name for name in kept), part
    before = len(site.bodies)
    page.goto(site.address + "?lesson=two-layer&lang=zh")
    wait_ready(page)
    assert site.bodies[before:] == []  # the server was asked for nothing but whether there is a new version
    site.server.shutdown()
    site.server.server_close()
    page.goto(site.address + "?lesson=xor&lang=en")
    wait_ready(page)
    run(page, "print(6 * 7)")
    expect(page.locator(".output")).to_contain_text("42")


def test_a_new_version_is_offered_and_not_forced(
    page: Page, browser: Browser, site: Site, tmp_path: Path
) -> None:
    visited(browser, site, page)
    parts = tmp_path / "parts"
    shutil.copytree(build.PARTS, parts)
    lesson = json.loads((parts / "lessons/xor.json").read_text("utf-8"))
    old = lesson["title"]["en"]
    lesson["title"]["en"] = "XOR, the second edition"
    (parts / "lessons/xor.json").write_text(json.dumps(lesson), "utf-8")
    publish(parts, site.folder)
    page.goto(site.address + "?lesson=xor&lang=en")
    expect(page).to_have_title(f"{old} · Backprop Lab")
    expect(button(page, "update")).to_be_visible(timeout=READY)
    expect(page).to_have_title(f"{old} · Backprop Lab")
    loaded = len(site.bodies)
    button(page, "update").click()
    expect(page).to_have_title("XOR, the second edition · Backprop Lab")
    wait_ready(page)
    assert site.bodies[loaded:] == []


def test_it_is_not_registered_in_a_frame_or_in_the_one_file(browser: Browser, page: Page, site: Site) -> None:
    (site.folder / "host.html").write_text('<link rel="icon" href="data:,"><iframe src="./"></iframe>')
    shutil.copy(build.SINGLE, site.folder)
    page.goto(site.address + "host.html")
    root = page.frame_locator("iframe").locator("html")
    expect(root).to_have_attribute("data-python", "ready", timeout=READY)
    page.goto(site.address + build.SINGLE.name)
    wait_ready(page)
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
