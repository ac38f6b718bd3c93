"""The bare address: the first screen, its ways into the lab, and the tips there (issue 15, point 1)."""

import pytest
from course import course_server
from lab import button, look, open_lab, until, until_settled, without_python
from playwright.sync_api import Page, expect
from test_axe import findings

import build

BEAT = "document.querySelector('.first').dataset.beat"


def open_first(page: Page, address: str, query: str = "") -> None:
    without_python(page)
    page.goto(address + query)
    expect(page.locator(".first")).to_be_visible()


def test_it_plays_one_sample_and_then_the_whole_run_before_python_is_there(page: Page, address: str) -> None:
    open_first(page, address)
    expect(page.locator("h1")).to_have_count(1)
    first, beats = page.locator(".first"), ["inputs", "hidden", "output", "delta", "back", "update"]
    for beat in beats:
        until(page, f"{BEAT} === '{beat}'")
        if beat == "back":
            assert page.locator(".pulse.minus").count() == 3  # the delta times the weights 0.77, 0.60, 0.64
            assert page.locator(".pulse.plus").count() == 1
            assert page.locator(".node[data-now]").count() == 4
    until(page, f"{BEAT} === 'end'", 30)
    expect(first).to_have_attribute("data-iteration", "3999")
    outputs = page.locator(".learning li b").all_text_contents()
    assert [float(one) for one in outputs] == pytest.approx([0, 1, 1, 0], abs=0.05)
    expect(page.locator("html")).to_have_attribute("data-python", "loading")
    expect(page.locator("#app :is([aria-live=polite], [role=status], [role=alert])")).to_have_count(0)


def test_it_is_paused_by_key_and_by_button_and_plays_again(page: Page, address: str) -> None:
    open_first(page, address)
    play = button(page, "first-play")
    page.keyboard.press(" ")
    expect(play).to_have_accessible_name("Play")
    at = page.evaluate(BEAT)
    play.press("Enter")
    expect(play).to_have_accessible_name("Pause")
    until(page, f"{BEAT} !== '{at}'")


def test_without_motion_it_shows_the_same_in_still_steps(page: Page, address: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    open_first(page, address)
    until(page, f"{BEAT} === 'back'")
    expect(page.locator(".pulse").first).to_be_hidden()
    assert page.evaluate("document.getAnimations().length") == 0


@pytest.mark.parametrize(
    ("lang", "width", "height"), [("en", 1440, 900), ("en", 320, 640), ("zh", 1024, 768)]
)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(
    page: Page, address: str, lang: str, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(reduced_motion="reduce", color_scheme="dark" if lang == "zh" else "light")
    open_first(page, address, f"?lang={lang}")
    button(page, "first-play").click()
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_step_through_it_leads_into_the_lab_with_three_tips_that_never_come_back(
    page: Page, address: str
) -> None:
    open_first(page, address)
    page.locator('[data-way="step"]').click()
    expect(page.locator("[data-steps]")).to_be_visible()
    assert (look(page)["iteration"], look(page)["step"]) == (0, 0)
    expect(button(page, "step")).to_be_focused()
    for tip in "123":
        expect(page.locator(".tip")).to_have_attribute("data-tip", tip)
        assert findings(page) == []
        button(page, "next-tip").click()
    expect(page.locator(".tip")).to_have_count(0)
    page.wait_for_url("**/?lesson=xor*")
    page.reload()
    expect(page.locator("[data-steps]")).to_be_visible()
    expect(page.locator(".tip")).to_have_count(0)
    page.go_back()
    expect(page.locator('[data-way="go-on"]')).to_be_visible()  # that is a later visit by now


def test_the_other_ways_and_where_to_go_on(page: Page, address: str) -> None:
    open_first(page, address)
    page.locator('[data-way="neuron"]').click()
    expect(page.locator("[data-steps]")).to_be_visible()
    expect(page.locator(".tip")).to_be_visible()
    page.locator(".tip").press("Escape")
    page.wait_for_url("**lesson=neuron*")
    until(page, "localStorage['backprop-lab:place']?.includes('lesson=neuron')")
    page.evaluate(
        """localStorage["backprop-lab:progress"] =
        JSON.stringify({ version: 1, lessons: { neuron: { "predict-slope": { done: true, tries: 1 } } } })"""
    )
    page.goto(address)
    way = page.locator('[data-way="go-on"]')
    expect(way).to_contain_text("Go on: One neuron, exercise 2")
    way.click()
    expect(page.locator("#exercise")).to_be_visible()
    page.goto(address)
    page.locator('[data-way="own"]').click()
    expect(page.locator(".cm-content")).to_be_visible()


@pytest.mark.parametrize("query", ["?lesson=xor", "?step=3", "?embed=1", "?lang=en#lesson"])
def test_an_address_that_names_a_place_never_shows_it(page: Page, address: str, query: str) -> None:
    open_lab(page, address, query, python=False)
    until_settled(page)
    expect(page.locator(".first")).to_have_count(0)


def test_a_frame_never_shows_it_and_the_one_file_does(page: Page, address: str) -> None:
    without_python(page)
    with course_server() as course:
        page.goto(f"{course}course?src={address}")
        expect(page.frame_locator("iframe").locator("[data-steps]")).to_be_visible()
        page.goto(build.SINGLE.as_uri())
        page.locator('[data-way="step"]').click()
        expect(page.locator("[data-steps]")).to_be_visible()
        page.reload()
        expect(page.locator("[data-steps]")).to_be_visible()
