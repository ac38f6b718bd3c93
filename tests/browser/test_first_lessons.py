"""The lessons `neuron` and `descent`: their panels live before Python is ready, and their sliders drive the program."""

import math

import pytest
from lab import button, lab_with_python, number, open_lab, until, written
from playwright.sync_api import Browser, Page, expect
from test_axe import findings

X = [-0.4, -0.2, 0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.4]


def curve(page: Page, name: str = "sigmoid") -> tuple[float, float, float]:
    """Where the point stands on a curve: net, value, slope."""
    found = page.locator(f'[data-curve="{name}"]')
    net, value, slope = (found.get_attribute(f"data-{part}") for part in ("net", "value", "slope"))
    return float(net or "nan"), float(value or "nan"), float(slope or "nan")


def slide(page: Page, name: str, value: float) -> None:
    page.locator(f'[data-constant="{name}"]').fill(str(value))


def test_the_neuron_stands_on_its_curve_before_python_is_there(page: Page, address: str) -> None:
    open_lab(page, address, "?lesson=neuron&lang=en", python=False)
    net = 1.2 * 1.5 - 0.5
    y = 1 / (1 + math.exp(-net))
    assert curve(page) == pytest.approx((net, y, y * (1 - y)))
    assert curve(page, "tanh") == pytest.approx((net, math.tanh(net), 1 - math.tanh(net) ** 2))
    assert curve(page, "relu") == pytest.approx((net, net, 1))
    rows = page.locator(".slopes tr").evaluate_all("rows => rows.map((r) => r.lastElementChild.textContent)")
    assert [number(row) for row in rows] == pytest.approx(
        [y * (1 - y), y * (1 - y), net * (1 - net)], abs=1e-4
    )
    page.locator('[data-action="language"]').click()
    expect(page.locator("#neuron-heading")).to_have_text("在曲线上的位置")
    assert findings(page) == []


def test_sliders_write_into_the_program_and_it_is_run(browser: Browser, address: str) -> None:
    with lab_with_python(browser, address, "?lesson=neuron&lang=en") as page:
        slide(page, "w", -2.5)
        net = -2.5 * 1.5 - 0.5
        y = 1 / (1 + math.exp(-net))
        until(page, f"Math.abs(document.querySelector('[data-curve=sigmoid]')?.dataset.net - {net}) < 1e-9")
        assert curve(page) == pytest.approx((net, y, y * (1 - y)))
        assert "w = -2.5\n" in written(page)
        page.locator('[data-constant="w"]').focus()
        page.keyboard.press("ArrowRight")  # by keyboard, too; it does not step through the program
        until(page, "document.querySelector('[data-constant=w]').value === '-2.4'")
        assert "w = -2.4\n" in written(page)


def test_a_learning_rate_that_runs_away(browser: Browser, address: str) -> None:
    with lab_with_python(browser, address, "?lesson=descent&lang=en") as page:
        pace = page.locator("[data-pace]")
        expect(pace).to_have_attribute("data-pace", "quick")
        slide(page, "eta", 0.36)
        expect(pace).to_have_attribute("data-pace", "diverging")
        factor = float(pace.get_attribute("data-factor") or "nan")
        assert factor == pytest.approx(1 - 0.36 * sum(x * x for x in X))
        assert page.locator("[data-outside]").count() == 0
        button(page, "last").click()
        expect(page.locator("[data-outside]")).to_contain_text("outside the picture")
        button(page, "reset").click()
        button(page, "run").click()
        expect(pace).to_have_attribute("data-pace", "quick")


@pytest.mark.parametrize(("program", "points"), [("neighbours", 8), ("axes", 8), ("bowl", 8), ("chain", 0)])
def test_the_way_so_far_is_drawn(page: Page, address: str, program: str, points: int) -> None:
    open_lab(page, address, f"?lesson=descent&lang=zh&program={program}&iteration=7", python=False)
    landscape = page.locator(".landscape")
    assert program != "bowl" or findings(page) == []
    if points:
        expect(landscape.locator(f'[data-points="{points}"]')).to_be_visible()
    else:
        expect(landscape).to_contain_text("画不出来")
    assert landscape.locator(".contour").count() == (9 if program in ("axes", "bowl") else 0)
    expect(page.locator('[data-constant="eta"]')).to_have_count(int(program in ("bowl", "chain")))
