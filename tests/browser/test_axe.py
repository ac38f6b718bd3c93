"""axe-core finds nothing (issue 2, point 8): in both languages, by day and night."""

from typing import Any

import pytest
from lab import look, open_lab
from playwright.sync_api import Page

import build

AXE = (build.MODULES / "axe-core/axe.min.js").read_text("utf-8")
FINDINGS = """async () => (await axe.run()).violations
  .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((n) => n.html.slice(0, 150)).join(" | ")}`)"""
PHONE = {"width": 360, "height": 740}


def findings(page: Page) -> list[str]:
    page.evaluate(AXE)
    found: list[str] = page.evaluate(FINDINGS)
    return found


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_a_phone(page: Page, address: str, scheme: Any, lang: str) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size(PHONE)
    open_lab(page, address, f"?lang={lang}&step=14", python=False)
    look(page)
    assert findings(page) == []
