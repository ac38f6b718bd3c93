"""Every lesson at every width (issue 15, point 8): a page load, then the window is resized."""

import pytest
from lab import open_lab, until_settled
from playwright.sync_api import Page

from tests.lesson_programs import LESSONS

SIZES = [
    *((320, 640), (360, 740), (390, 844), (768, 1024), (820, 1180), (1024, 768), (1100, 800)),
    *((1280, 720), (1366, 768), (1440, 900), (1920, 1080), (2560, 1440)),
    (720, 450),  # 1440 by 900 at 200 %
]

# A script that lists the faults of the layout (an empty list: all fits). The size of letters is that on the screen, also in
# scaled pictures.
WRONG = """async () => {
  for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame); // the curve takes its new width after the first
  const sight = (part) => part.checkVisibility({ visibilityProperty: true });
  const all = (selector) => [...document.querySelectorAll(selector)].filter(sight);
  const named = (part) => `${part.tagName}.${part.getAttribute("class") ?? ""} ${part.textContent.trim().slice(0, 20)}`;
  const size = (part) => Number.parseFloat(getComputedStyle(part).fontSize) * (part.ownerSVGElement?.getScreenCTM().a ?? 1);
  const hasText = (part) => [...part.childNodes].some((one) => one.nodeType === Node.TEXT_NODE && one.data.trim());
  const small = all(".stage *").filter((part) =>
    hasText(part) && !part.closest("sub, sup, math, .unseen") && size(part) < 12.9);
  const pressed = all(".stage :is(button, select, summary, .progress), .lesson button")
    .filter((part) => !part.closest(".cm-editor, .misread, .legend-button") && part.getBoundingClientRect().height < 43.5);
  const wrong = [];
  const beyond = document.documentElement.scrollWidth - innerWidth;
  if (beyond > 0) wrong.push(`${beyond} px beyond the edge`);
  const header = document.querySelector("header").offsetHeight;
  if (header > 56) wrong.push(`header of ${header} px`);
  wrong.push(...small.map((part) => `${size(part).toFixed(1)} px: ${named(part)}`));
  if (innerWidth < 1000) wrong.push(...pressed.map((part) => `${part.offsetHeight} px high: ${named(part)}`));
  return wrong;
}"""


@pytest.mark.parametrize(
    "lesson", ["own", *sorted(path.parent.name for path in LESSONS.glob("*/lesson.toml"))]
)
def test_a_lesson_fits_at_every_width(page: Page, address: str, lesson: str) -> None:
    """No sideways scrolling, a header of one row, no letter under 13 px, nothing to press under 44 px below 1000 px."""
    open_lab(page, address, f"?lesson={lesson}&lang=en&step=6", python=False)
    until_settled(page)
    wrong = {}
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        if found := page.evaluate(WRONG):
            wrong[width] = found[:5]
    assert not wrong
