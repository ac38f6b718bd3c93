"""What the parts of the bench share: a page that is opened cold, and the rows that are printed in the end."""

import os
from typing import NamedTuple

from playwright.sync_api import Browser, Page

IS_SHORT = "BACKPROP_BENCH_SHORT" in os.environ  # the form of three minutes
PATIENCE = 900_000  # ms: the bench measures, however slow the machine is


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
