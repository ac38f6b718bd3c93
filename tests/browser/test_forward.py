"""Lesson forward (issue 5, point 3): the matrices beside the network, lit by either half of the program."""

from lab import lab_with_python, look, open_lab, press, run, walk
from playwright.sync_api import Browser, Page, expect
from test_axe import findings

from tests.lesson_programs import edited

LIT = """() => {
  const cells = (flag) => [...document.querySelectorAll(`.matrices [${flag}]`)];
  const refs = (flag) => [...new Set(cells(flag).map((c) => c.dataset.ref ?? "1"))].sort();
  return { now: refs("data-now"), used: refs("data-used") };
}"""
NODE_4 = sorted(["w:4-1", "w:4-2", "w:4-3", "b:4", "a:1", "a:2", "a:3", "1"])
NODE_9 = sorted(["w:9-4", "w:9-5", "w:9-6", "w:9-7", "b:9", "a:4", "a:5", "a:6", "a:7", "1"])


def test_a_node_lights_its_row_the_column_and_the_product(page: Page, address: str) -> None:
    open_lab(page, address, "?lesson=forward&lang=en", python=False)
    assert page.locator("[data-matrix=W] tbody tr").count() == 4 + 2
    assert page.locator("[data-matrix=W] tbody td").count() == 4 * 4 + 2 * 5
    seen = press(page, "step", 3)
    assert seen["now"] == ["4"]
    assert page.evaluate(LIT) == {"now": ["net:4"], "used": NODE_4}
    net = page.locator(".matrices [data-ref='net:4']")
    first = float((net.get_attribute("title") or "").split()[1])
    row = [seen["weights"][edge] for edge in ("4-1", "4-2", "4-3", "4-b")]
    inputs = [*(float(seen["outputs"][str(i)]) for i in (1, 2, 3)), 1.0]
    assert abs(first - sum(float(w) * x for w, x in zip(row, inputs, strict=True))) < 1e-12

    press(page, "step", 12 - 2)  # to the last net of the first half
    assert page.evaluate(LIT) == {"now": ["net:9"], "used": NODE_9}
    press(page, "step", 2 + 3)
    seen = look(page)
    assert "nets = matrix @" in seen["marked"]
    assert page.evaluate(LIT) == {"now": ["net:4"], "used": NODE_4}  # the second half lights the same
    assert float((net.get_attribute("title") or "").split()[1]) == first

    page.locator(".matrices [data-ref='w:4-3']").hover()
    expect(page.locator("[data-edge='4-3']")).to_have_attribute("data-lit", "")
    page.locator("[data-sample-row='2']").click()  # the third sample is another iteration, and the same step
    seen = look(page)
    assert (seen["iteration"], seen["current"]) == (2, [2])
    assert page.evaluate(LIT)["now"] == ["net:4"]
    page.keyboard.press("End")
    look(page)
    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert all(len(row[-1].split()) == 2 and "–" not in row[-1] for row in look(page)["rows"])


def test_three_hidden_layers_follow_from_one_list(browser: Browser, address: str) -> None:
    with lab_with_python(browser, address, "?lesson=forward&lang=zh") as page:
        run(page, edited("forward", ("sizes = [3, 4, 2]", "sizes = [3, 4, 4, 4, 2]")))
        expect(page.locator(".product")).to_have_count(4)
        expect(page.locator("[data-node]")).to_have_count(3 + 4 + 4 + 4 + 2)
        assert page.locator("[data-matrix=W] tbody tr").count() == 4 + 4 + 4 + 2
        seen = walk(page, "last", 1)[-1]
        cell = page.locator(".matrices [data-ref='a:17']")
        assert (cell.get_attribute("title") or "").split()[1] == seen["outputs"]["17"]
        assert cell.get_attribute("data-now") == ""
        expect(page.locator("#matrices-heading")).to_contain_text("写成矩阵")
