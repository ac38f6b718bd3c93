"""The page of the whole course (issue 5, point 1): in order, everything leads somewhere, everything is found."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from backprop.equations.catalogue import CATALOGUE
from backprop.lessons.lens import lesson_settings, lessons
from course import course_server
from lab import look, open_lab, until, until_settled, write, written
from playwright.sync_api import Page, expect
from test_axe import PHONE, findings
from test_scorm import Session

from tests.lesson_programs import edited

DONE = {"version": 1, "lessons": {"two-layer": {"predict-delta": {"done": True, "tries": 1}}}}


@pytest.fixture
def course_page(page: Page, address: str) -> Page:
    page.add_init_script(f"localStorage['backprop-lab:progress'] = {json.dumps(json.dumps(DONE))}")
    page.goto(f"{address}?course=1&lang=en")
    expect(page.locator("[data-lesson]")).to_have_count(len(lessons()))
    return page


def results(page: Page, text: str) -> list[str]:
    page.locator("#search").fill(text)
    until_settled(page)
    expect(page.locator("main [role=status]")).to_be_visible()
    return page.locator(".results li").all_inner_texts()


def test_the_lessons_the_map_and_the_notation(course_page: Page, address: str) -> None:
    listed = course_page.locator("[data-lesson]")
    assert listed.evaluate_all("all => all.map((one) => one.dataset.lesson)") == lessons()
    for lesson in lessons():
        told = course_page.locator(f"[data-lesson={lesson}]")
        settings = lesson_settings(lesson)
        expect(told).to_contain_text(settings["title"]["en"])
        expect(told).to_contain_text(settings["answers"]["en"])
        expect(told).to_contain_text(f"about {settings['minutes']} minutes")
    expect(course_page.locator("[data-lesson=two-layer] .ticks [data-done]")).to_have_count(1)
    expect(course_page.locator("[data-lesson=two-layer]")).to_contain_text("exercises done: 1 of ")
    expect(course_page.locator("[data-lesson=xor] .ticks [data-done]")).to_have_count(0)
    expect(course_page.locator(f"[data-lesson={lessons()[0]}] [data-next]")).to_contain_text("go on here")
    expect(course_page.locator("[data-next]")).to_have_count(1)

    course_page.goto(f"{address}?lesson=xor&lang=en")
    expect(course_page.locator("[data-steps]")).to_be_visible()
    course_page.locator("[data-action=step]").click()
    expect(course_page).to_have_url(re.compile("step="))  # the place is kept together with the address
    course_page.goto(f"{address}?course=1&lang=en")
    on = course_page.locator("[data-lesson=xor] [data-next]")  # the lesson that was open last
    expect(on).to_have_text("← go on here")
    expect(on).to_have_attribute("href", re.compile("lesson=xor"))

    mapped = course_page.locator("[data-map]")
    assert mapped.evaluate_all("all => all.map((one) => one.dataset.map)") == list(CATALOGUE)
    assert course_page.locator("main math").count() >= len(CATALOGUE) + 10
    assert course_page.locator(".temml-error, merror").count() == 0

    hrefs = course_page.locator("main a").evaluate_all("all => all.map((one) => one.getAttribute('href'))")
    assert all(parse_qs(urlsplit(href).query)["lesson"][0] in lessons() for href in hrefs)

    weight = course_page.get_by_role("link", name="weight", exact=True)
    weight.click()
    expect(course_page.locator("[data-edge='8-4']")).to_have_attribute("data-now", "")
    course_page.go_back()
    course_page.locator("[data-map='4.3'] a").first.click()
    expect(course_page.locator("[data-equation]")).to_have_attribute("data-equation", "4.3")
    assert look(course_page)["step"] > 0


def test_search(course_page: Page) -> None:
    assert results(course_page, "4.3")[0].startswith("(4.3)")
    assert any("Eleven lines" in found for found in results(course_page, "TRANSPOSE eleven"))
    found = results(course_page, "w84")
    assert any("w₈₄" in one for one in found)
    bold = course_page.locator(".results b").all_inner_texts()
    assert {"w₈₄"} <= set(bold)
    assert results(course_page, "zyxwvu") == []
    expect(course_page.locator("main [role=status]")).to_contain_text("Nothing was found")
    assert any("学习率" in one for one in results(course_page, "学习率"))
    expect(course_page.locator(".results")).to_have_attribute("lang", "zh-CN")
    expect(course_page.locator("main [role=status]")).to_contain_text("in Chinese")

    results(course_page, "Predict the delta of node 8")
    field, links = course_page.locator("#search"), course_page.locator(".results a")
    field.press("ArrowDown")
    expect(links.first).to_be_focused()
    course_page.keyboard.press("ArrowUp")
    expect(field).to_be_focused()
    field.press("Enter")
    expect(course_page.locator("[data-exercise=predict-output-delta]")).to_be_visible()


def test_a_text_that_was_found_is_opened_at_its_heading(course_page: Page) -> None:
    results(course_page, "counted from the end")
    course_page.locator(".results a").first.click()
    heading = course_page.get_by_role("heading", name="Backward, counted from the end")
    expect(heading).to_be_in_viewport()
    assert abs(heading.evaluate("one => one.getBoundingClientRect().top")) < 60


def test_there_and_back_the_place_and_the_program_are_kept(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_lab(page, address, "?lesson=xor&lang=zh&step=14&iteration=64", python=False)
    mine = edited("xor", ("eta = 0.5", "eta = 0.25"))
    write(page, mine)
    page.locator("header .name").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("课程")
    assert results(page, "学习率")
    until(page, "location.search.includes('search')")
    page.get_by_role("link", name="进入实验室").click()
    expect(page.locator("[data-step]")).to_have_attribute("data-step", "14")
    expect(page.locator("[data-step]")).to_have_attribute("data-iteration", "64")
    assert written(page) == mine
    page.locator(".lesson nav .all").click()
    expect(page.locator("[data-lesson]")).to_have_count(len(lessons()))


def test_in_a_frame_the_course_is_that_of_the_page_around(page: Page, address: str) -> None:
    open_lab(page, address, "?embed=1&course=1&lang=en", python=False)
    assert page.locator("a[href*='course=1']").count() == 0


@pytest.mark.parametrize(("lang", "scheme"), [("en", "dark"), ("zh", "light")])
def test_axe_finds_nothing_on_a_phone(page: Page, address: str, lang: str, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    page.set_viewport_size(PHONE)
    page.goto(f"{address}?course=1&lang={lang}")
    expect(page.locator("[data-map]")).to_have_count(len(CATALOGUE))
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert results(page, "delta")
    assert findings(page) == []


def test_in_a_courses_own_system_the_page_stays(page: Page) -> None:
    with course_server() as course:
        session = Session(page, course, query="?lang=en&lesson=two-layer&step=4")
        frame = session.frame
        mine = "# mine\n"
        write(frame, mine)
        frame.locator("header .name").click()
        expect(frame.locator("[data-lesson]")).to_have_count(len(lessons()))
        frame.get_by_role("link", name="To the lab").click()
        expect(frame.locator("[data-step]")).to_have_attribute("data-step", "4")
        expect(frame.locator(".cm-content")).to_contain_text("mine")
        frame.locator("header .name").click()
        frame.locator("[data-map='4.4'] a").first.click()
        expect(frame.locator("[data-instance]")).to_have_attribute("data-instance", "4.4")
        frame.locator("header .name").click()
        frame.locator("#search").fill("Predict the delta of node 8")
        frame.locator(".results a").first.click()
        expect(frame.locator("[data-exercise=predict-output-delta]")).to_be_visible()
        expect(frame.locator("[data-step]")).not_to_have_attribute("data-step", "0")
        assert session.calls("LMSFinish") == []
        left = session.leave()
    assert re.search("lesson=xor", left["cmi.core.lesson_location"])
    assert "course" not in left["cmi.core.lesson_location"]
