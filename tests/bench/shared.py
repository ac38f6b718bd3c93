"""What the parts of the bench share: a page that is opened cold, and the rows that are printed in the end."""

import os
from collections.abc import Iterator
from statistics import median
from typing import NamedTuple

from playwright.sync_api import Browser, Page

IS_SHORT = "BACKPROP_BENCH_SHORT" in os.environ  # the form of three minutes
PATIENCE = 900_000  # ms: the bench measures, however slow the machine is

# The work of one press of "step" or "back", of pointing at one node, of one jump along the curve or one move of a
# drag on it, layout included, without the wait for the next frame.
WORK = """async ([kind, count]) => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => done(performance.now())));
  const slider = document.querySelector("[role=slider]");
  const curve = slider.querySelector(".u-over");
  const { left, top, width } = curve.getBoundingClientRect();
  const nodes = document.querySelectorAll(".network .node .disc");
  const begin = {
    step: () => document.querySelector('[data-action="step"]').click(),
    back: () => document.querySelector('[data-action="back"]').click(),
    point: (i) => nodes[(7 * i) % nodes.length].dispatchEvent(
      new PointerEvent("pointerover", { bubbles: true })),
    jump: (i) => slider.dispatchEvent(
      new KeyboardEvent("keydown", { key: i % 20 ? "PageDown" : "Home", bubbles: true, cancelable: true })),
    drag: (i) => curve.dispatchEvent(
      new PointerEvent("pointermove", { buttons: 1, clientX: left + (i / count) * width, clientY: top + 5, bubbles: true })),
  }[kind];
  const times = [];
  for (let i = 0; i < count; i++) {
    const begun = frame();
    const pressed = performance.now();
    begin(i);
    const handled = performance.now() - pressed;
    const drawn = frame();
    const from = await begun;
    await drawn;
    document.body.getBoundingClientRect();
    times.push(handled + performance.now() - from);
  }
  return times;
}"""


class Row(NamedTuple):
    what: str
    measured: str
    ratio: float | None = None
    target: str = ""

    def __str__(self) -> str:
        ratio = (
            "" if self.ratio is None else f"{self.ratio:.2f}" if self.ratio >= 0.1 else f"{self.ratio:.1g}"
        )
        return f"{self.what:44}{self.measured:>28}{ratio:>8}  {self.target}"


def opened(browser: Browser, address: str, *scripts: str) -> Page:
    """A page in a context with nothing cached, `scripts` run before its own, once its Python is ready."""
    page = browser.new_context().new_page()
    page.set_default_timeout(PATIENCE)
    for script in scripts:
        page.add_init_script(script)
    page.goto(address)
    page.wait_for_selector("[data-python=ready]")
    return page


KINDS = (
    ("step", "one step", 16),
    ("back", "one step back", 16),
    ("point", "pointing at a node", 16),
    ("jump", "opening an iteration", 50),
)


def stepping_rows(of: str, worked: dict[str, list[float]]) -> Iterator[Row]:
    """How long one step takes, and to open another iteration; the names of the rows begin with `of`."""
    for kind, name, target in KINDS:
        if kind not in worked:
            continue
        worst = sorted(worked[kind])[int(len(worked[kind]) * 0.95)]
        yield Row(f"{of}{name}, median", f"{median(worked[kind]):.1f} ms", None, f"<= {target} ms")
        yield Row(f"{of}{name}, 95 of 100 within", f"{worst:.1f} ms", None, f"<= {target} ms")
