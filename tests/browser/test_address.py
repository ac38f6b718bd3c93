"""What comes by the address (issue 2, 'Bad input' and links): a word about it, a sane default, never a blank page."""

import random
from urllib.parse import urlencode

import pytest
from lab import PROGRAM, button, look, open_lab, press, walk, without_python, write, written
from playwright.sync_api import Page, expect

SHARE = "navigator.clipboard.readText()"


@pytest.fixture
def lab(page: Page) -> Page:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return page


NOT_UNDERSTOOD = {
    "?colour=red": "colour=red",
    "?lesson=xor&lang=fr": "lang=fr",
    "?embed=maybe": "embed=maybe",
    "?hide=everything": "hide=everything",
    "?iteration=-1": "iteration=-1",
    "?iteration=abc&step=1.5": "iteration=abc",
    "?step=99999999999999999999": "step=99999999999999999999",
    "?granularity=atom": "granularity=atom",
    "?lesson=<b>": "lesson=<b>",
    "?lesson=no-such-lesson": "no lesson called “no-such-lesson”",
}


def test_what_is_not_understood_is_said_and_left_out(lab: Page, address: str) -> None:
    without_python(lab)
    for query, said in NOT_UNDERSTOOD.items():
        open_lab(lab, address, query)
        expect(lab.locator(".notices")).to_contain_text(said)
        expect(lab.locator("html")).to_have_attribute("lang", "en")
        seen = look(lab)
        assert (seen["iteration"], seen["step"], seen["steps"]) == (0, 0, 156), query
        assert lab.locator("[data-node]").count() == 8, query


@pytest.mark.parametrize(
    ("query", "there"),
    [("?step=156", (0, 155)), ("?iteration=64&step=999", (64, 155))],
)
def test_a_position_out_of_range_is_the_nearest(
    lab: Page, address: str, query: str, there: tuple[int, int]
) -> None:
    open_lab(lab, address, query, python=False)
    seen = look(lab)
    assert (seen["iteration"], seen["step"]) == there
    expect(lab.locator(".notices")).to_contain_text(f"iteration {there[0] + 1:,}, step {there[1] + 1}")


def test_a_notice_can_be_dismissed_and_moves_nothing(lab: Page, address: str) -> None:
    open_lab(lab, address, "?colour=red", python=False)
    parts = [lab.locator(part) for part in ("main", ".network", "footer")]
    beside = [part.bounding_box() for part in parts]
    lab.locator(".notice button").click()
    expect(lab.locator(".notice")).to_have_count(0)
    assert [part.bounding_box() for part in parts] == beside


@pytest.mark.parametrize("packed", ["", "%%%", "AAAA", "not-deflated", "S0ktLgEA" * 30])
def test_damaged_code_in_a_link(lab: Page, address: str, packed: str) -> None:
    open_lab(lab, address, f"?step=3#code={packed}", python=False)
    expect(lab.locator(".notices")).to_contain_text("damaged")
    assert written(lab) == PROGRAM
    assert look(lab)["step"] == 3


def test_a_position_in_the_address(lab: Page, address: str) -> None:
    open_lab(lab, address, "?iteration=64&step=13", python=False)
    seen = look(lab)
    assert (seen["iteration"], seen["step"], seen["equation"]) == (64, 13, "4.1")
    walk(lab, "step", 1)
    lab.wait_for_url("**/?iteration=64&step=14")
    lab.reload()
    expect(lab.locator("[data-steps]")).to_be_visible()
    assert look(lab)["step"] == 14


def test_a_shared_link_brings_place_language_and_code_and_runs_nothing(lab: Page, address: str) -> None:
    open_lab(lab, address, "?lesson=xor&lang=zh", python=False)
    mine = PROGRAM.replace("eta = 0.5", "eta = 0.7  # 学习率 η")
    write(lab, mine)
    press(lab, "step", 13)
    button(lab, "share").click()
    expect(lab.locator(".notice")).to_be_visible()
    link = lab.evaluate(SHARE)
    assert "#code=" in link
    lab.evaluate("localStorage.clear()")
    lab.goto("about:blank")
    lab.goto(link)
    expect(lab.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(lab.locator("[data-steps]")).to_be_visible()
    seen = look(lab)
    assert (seen["iteration"], seen["step"]) == (0, 13)
    assert written(lab) == mine
    expect(lab.locator("html")).to_have_attribute("data-run", "idle")
    expect(lab.locator("main")).to_have_attribute("data-stale", "")  # shown, not run
    lab.evaluate("localStorage.clear()")
    lab.goto("about:blank")
    lab.goto(link.replace("#", "%23"))  # some programs write the # of a link so
    expect(lab.locator("[data-steps]")).to_be_visible()
    assert written(lab) == mine
    expect(lab.locator(".notice", has_text="%23code")).to_have_count(0)


ROUND_TRIP = """async (queries) => {
  const { readState, writeState } = await import("/state/url_state.js");
  return queries.map((query) => {
    const given = readState(query);
    const link = writeState(given.state, true);
    const back = readState(link);
    return { problems: [...given.problems, ...back.problems], link, state: back.state, again: writeState(back.state, true) };
  });
}"""
PANELS = ["editor", "output", "network", "samples", "step", "loss", "lesson"]


def test_every_shared_part_of_a_place_comes_back_from_its_link(modules: Page) -> None:
    draw = random.Random(3)
    places = [
        {
            "lesson": draw.choice(["xor", "eleven-lines", "network-class"]),
            "program": draw.choice(["program", "fifty-thousand"]),
            "lang": draw.choice(["en", "zh"]),
            "hide": draw.sample(PANELS, draw.randrange(4)),
            "iteration": draw.randrange(10 ** draw.randrange(9)),
            "step": draw.randrange(10 ** draw.randrange(4)),
            "sample": draw.randrange(9),
            "log": draw.random() < 0.5,
        }
        for _ in range(200)
    ]
    for place in places:
        query = {**place, "hide": ",".join(place["hide"]), "log": int(place["log"])}
        place["query"] = "?" + urlencode(query)
    queries = [place.pop("query") for place in places]
    for place, seen in zip(places, modules.evaluate(ROUND_TRIP, queries), strict=True):
        assert seen["problems"] == []
        assert {name: seen["state"][name] for name in place} == place
        assert seen["again"] == seen["link"]


def test_every_program_comes_back_from_its_link(modules: Page) -> None:
    programs = ["", "\n", "x = 1", PROGRAM, "# 学习率 η = 0.5 🙂\n", "\t\r\n\x00", "a = 1\n" * 20_000]
    back = modules.evaluate(
        """async (programs) => {
          const { packCode, unpackCode } = await import("/text/share.js");
          return Promise.all(programs.map(async (code) => unpackCode(await packCode(code))));
        }""",
        programs,
    )
    assert back == programs


def test_hidden_panels_are_in_the_link(lab: Page, address: str) -> None:
    open_lab(lab, address, "?hide=output,lesson", python=False)
    button(lab, "share").click()
    expect(lab.locator(".notices")).to_contain_text("copied")
    assert "hide=output,lesson" in lab.evaluate(SHARE)


def test_an_unedited_program_is_not_in_the_link(lab: Page, address: str) -> None:
    open_lab(lab, address, "?iteration=64&step=5", python=False)
    button(lab, "share").click()
    expect(lab.locator(".notices")).to_contain_text("copied")
    link = lab.evaluate(SHARE)
    assert "#" not in link
    assert "iteration=64" in link
    assert "step=5" in link


def test_a_link_s_code_does_not_push_out_what_the_reader_had(lab: Page, address: str) -> None:
    open_lab(lab, address, python=False)
    write(lab, "a = 'from the link'\n")
    button(lab, "share").click()
    expect(lab.locator(".notice")).to_be_visible()
    link = lab.evaluate(SHARE)
    write(lab, "a = 'my own'\n")
    lab.goto("about:blank")
    lab.goto(link)
    assert written(lab) == "a = 'from the link'\n"
    lab.locator(".cm-content").press("ControlOrMeta+z")
    assert written(lab) == "a = 'my own'\n"


def test_embedded_and_with_parts_left_out(lab: Page, address: str) -> None:
    open_lab(lab, address, "?embed=1&hide=editor,output", python=False)
    for part in (".cm-editor", ".output", "#lesson", '[data-action="run"]'):
        expect(lab.locator(part)).to_have_count(0)
    assert press(lab, "step", 13)["equation"] == "4.1"
    expect(lab.locator(".notice")).to_have_count(0)
