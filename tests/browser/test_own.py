"""A program of the reader's own (issue 12, point 4): found whatever its names, stepped through, kept, shared, opened."""

import re
from collections.abc import Iterator
from math import isclose
from pathlib import Path
from urllib.parse import quote

import pytest
from backprop import record
from lab import (
    READY,
    RUN,
    button,
    lab_with_python,
    look,
    open_lab,
    run,
    to_the_start,
    until_settled,
    write,
    written,
)
from playwright.sync_api import Browser, Page, expect
from test_axe import PHONE, WIDE, findings_by_day_and_night

import build
from tests.lesson_programs import LESSONS

# No lesson's style or names: sentences in other words, samples in columns, the delta with the other sign.
STRANGE = """\
import numpy as np

rng = np.random.RandomState(3)
Eingabe = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]])
Ziel = np.array([[0.0, 1.0, 1.0, 0.0]])
hinein, heraus = rng.uniform(-1, 1, (3, 2)), rng.uniform(-1, 1, (1, 3))
schwelle = np.zeros((3, 1))
tempo = 0.7
for runde in range(30):
    summe = hinein @ Eingabe + schwelle
    mitte = np.tanh(summe)
    antwort = 1 / (1 + np.exp(-(heraus @ mitte)))
    fehler = (antwort - Ziel) * antwort * (1 - antwort)
    früher = (heraus.T @ fehler) * (1 - mitte**2)
    heraus -= tempo * fehler @ mitte.T
    hinein -= tempo * früher @ Eingabe.T
    schwelle -= tempo * früher.sum(axis=1, keepdims=True)
print(antwort)
"""
NOTHING = "numbers = [3, 1, 2]\nprint(sorted(numbers))\n"
EXAMPLES = sorted(path.stem for path in (LESSONS / "own").glob("*.py"))


def row(page: Page, role: str, layer: int):  # type: ignore[no-untyped-def]
    return page.locator(f'[data-role="{role}"][data-layer="{layer}"]')


def open_own(page: Page, address: str, more: str = "", python: bool = False) -> None:
    open_lab(page, address, f"?lesson=own{more}", python=python)


@pytest.fixture(scope="module")
def ready(browser: Browser, address: str) -> Iterator[Page]:
    with lab_with_python(browser, address, "?lesson=own") as page:
        yield page


@pytest.fixture
def strange(ready: Page) -> Page:
    """The page after a run of STRANGE, at its first step."""
    run(ready, STRANGE)
    expect(ready.locator("[data-role=delta]").first).to_contain_text("früher")  # not the run before
    to_the_start(ready)
    expect(ready.locator("html")).to_have_attribute("data-roles", "found")
    return ready


# ---- Before the first run


# ---- After a run


def test_the_network_is_found_whatever_the_names(strange: Page) -> None:
    expect(strange.locator("#found-heading")).to_have_text("Found: 2 inputs, 3 hidden nodes, 1 output.")
    for role, layer, name, line in (
        ("input", 0, "Eingabe", 10),
        ("target", 2, "Ziel", 13),
        ("w", 1, "hinein", 16),
        ("w", 2, "heraus", 15),
        ("b", 1, "schwelle", 17),
        ("net", 1, "summe", 10),
        ("a", 1, "mitte", 11),
        ("a", 2, "antwort", 12),
        ("delta", 2, "fehler", 13),
        ("delta", 1, "früher", 14),
    ):
        expect(row(strange, role, layer)).to_have_count(1)
        expect(row(strange, role, layer)).to_have_attribute("data-line", str(line))
        expect(row(strange, role, layer).locator("code")).to_have_text(name)
    expect(strange.locator('[data-role="eta"]').first).to_be_visible()
    expect(row(strange, "delta", 2)).to_contain_text("opposite sign")


def test_a_row_leads_to_its_step_and_the_delta_is_what_record_gives(strange: Page) -> None:
    row(strange, "delta", 2).locator("button").click()
    seen = look(strange)
    recording = record(STRANGE)
    assert seen["now"] == ["6"]
    assert seen["line"] == 13
    expected = recording.value("delta", 6, iteration=0, sample=seen["sample"])
    assert expected is not None
    assert isclose(float(seen["deltas"]["6"]), expected, rel_tol=1e-12)
    expect(row(strange, "delta", 2)).to_have_attribute("data-now", "")
    row(strange, "delta", 1).locator("button").press("Enter")
    seen = look(strange)
    node = int(seen["now"][0])
    expected = recording.value("delta", node, iteration=0, sample=seen["sample"])
    assert expected is not None
    assert isclose(float(seen["deltas"][str(node)]), expected, rel_tol=1e-12)


def test_a_row_lights_its_place_and_its_nodes(strange: Page) -> None:
    row(strange, "a", 1).hover()
    expect(strange.locator(".found-lit")).to_have_text("mitte")
    lit = strange.locator("[data-node][data-lit]").evaluate_all("all => all.map((n) => n.dataset.node)")
    assert sorted(lit) == ["3", "4", "5"]
    strange.mouse.move(2, 2)  # no other row comes under it when the table scrolls
    row(strange, "w", 2).locator("button").focus()
    expect(strange.locator(".found-lit").first).to_have_text("heraus")
    lit = strange.locator("[data-edge][data-lit]").evaluate_all("all => all.map((e) => e.dataset.edge)")
    assert sorted(lit) == ["6-3", "6-4", "6-5"]
    strange.locator("header .name").hover()
    strange.evaluate("document.activeElement.blur()")
    expect(strange.locator("[data-lit]")).to_have_count(0)


def test_a_place_in_the_code_lights_its_row(strange: Page) -> None:
    strange.locator(".found-place", has_text="früher").first.hover()
    expect(row(strange, "delta", 1)).to_have_attribute("data-lit", "")
    strange.locator("header .name").hover()


def test_the_rest_of_the_page_works_with_it(strange: Page) -> None:
    expect(strange.locator("[data-sample-row]")).to_have_count(4)
    expect(strange.locator(".output pre")).to_contain_text("[[0.")
    expect(strange.locator(".findings")).to_contain_text("match the equations")
    expect(strange.locator(".compared")).to_contain_text("delta 480")  # 30 iterations, 4 samples, 4 nodes
    expect(strange.locator(".compared")).to_contain_text("Nothing was left out.")
    button(strange, "keep").click()
    run(strange, STRANGE.replace("tempo = 0.7", "tempo = 0.1"))
    expect(strange.locator(".legend")).to_contain_text("this run")
    button(strange, "let-go").click()
    with strange.expect_download() as taken:
        strange.locator(".menu summary").click()
        strange.locator('[data-take="py"]').click()
    assert taken.value.suggested_filename == "own.py"
    assert "tempo = 0.1" in Path(taken.value.path()).read_text(encoding="utf-8")
    strange.keyboard.press("p")
    expect(strange.locator(".present [data-node]").first).to_be_visible()
    strange.keyboard.press("Escape")


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_short_program_shows_its_network(ready: Page, example: str) -> None:
    ready.get_by_label("Program", exact=True).select_option(example)
    run(ready)
    expect(ready.locator("html")).to_have_attribute("data-roles", re.compile("found|partial"))
    source = (LESSONS / "own" / f"{example}.py").read_text(encoding="utf-8")
    nodes = sum(map(len, record(source).topology.layers))
    expect(ready.locator("[data-node]")).to_have_count(nodes)
    for role in ("w", "delta"):
        assert ready.locator(f'[data-role="{role}"]').count() >= 2, role


@pytest.fixture
def own(ready: Page) -> Page:
    """The page with the reader's own program chosen, not one to start from."""
    ready.get_by_label("Program", exact=True).select_option("program")
    return ready


def test_a_program_without_a_network_is_told_so(own: Page) -> None:
    run(own, NOTHING)
    expect(own.locator("html")).to_have_attribute("data-roles", "none")
    expect(own.locator("#found-heading")).to_have_text("No network was found in this program.")
    expect(own.locator(".missing")).to_contain_text("there is no loop")
    expect(own.locator(".error")).to_have_count(0)
    assert own.locator("[data-role]").count() == 0
    assert own.locator("[data-example]").count() == len(EXAMPLES)


def test_while_the_network_is_looked_for_the_status_says_so(own: Page) -> None:
    write(own, "sum(iter(int, 1))\n")
    own.locator('[data-action="run"]').click()
    expect(own.locator(".status")).to_have_text("Looking for the network…")
    own.locator('[data-action="stop"]').click()
    expect(own.locator("html")).to_have_attribute("data-run", "stopped", timeout=RUN)


def test_an_error_is_shown_with_its_line(own: Page) -> None:
    run(own, "import numpy as np\nx = np.zeros(3)\nprint(y)\n")
    expect(own.locator(".error")).to_contain_text("Line 3")
    expect(own.locator("html")).to_have_attribute("data-roles", "none")
    run(own, "for i in range(3:\n    pass\n")
    expect(own.locator(".error")).to_contain_text("Line 1")


def test_an_empty_program_does_no_harm(own: Page) -> None:
    run(own, "")
    expect(own.locator("html")).to_have_attribute("data-roles", "none")


# ---- Questions, networks, names

DOUBTFUL = """\
import numpy as np
X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], float)
y = np.array([[0], [1], [1], [0]], float)
rng = np.random.RandomState(1)
W1 = rng.randn(3, 4)
W2 = rng.randn(4, 1)
for epoch in range(5):
    h = 1 / (1 + np.exp(-(X @ W1)))
    o = 1 / (1 + np.exp(-(h @ W2)))
    error = o - y
    d2 = error * o * (1 - o)
    g2 = d2 / 4
    d1 = (g2 @ W2.T) * h * (1 - h)
    W2 -= 0.5 * h.T @ g2
    W1 -= 0.5 * X.T @ d1
"""
RATES = """\
import numpy as np
X = np.array([[0.0, 1], [1, 0], [1, 1]])
T = np.array([[1.0], [1], [0]])
for rate in (0.1, 1.0):
    rng = np.random.RandomState(1)
    W, V = rng.randn(2, 3), rng.randn(3, 1)
    for epoch in range(6):
        h = np.tanh(X @ W)
        o = 1 / (1 + np.exp(-(h @ V)))
        d = (o - T) * o * (1 - o)
        e = (d @ V.T) * (1 - h**2)
        V -= rate * h.T @ d
        W -= rate * X.T @ e
"""


def ran_again(page: Page) -> None:
    until_settled(page)
    expect(page.locator("html")).to_have_attribute("data-run", "idle", timeout=RUN)


def test_a_column_of_ones_is_drawn_as_a_bias_by_one_choice_and_back(own: Page) -> None:
    run(own, DOUBTFUL)
    asked = own.locator('[data-question="ones"]')
    expect(asked).to_contain_text("A column of X is 1 in every sample.")
    expect(asked.locator('[data-choice="bias"]')).to_contain_text("network 2–4–1")
    expect(own.locator("[data-node]")).to_have_count(8)
    asked.locator('[data-choice="bias"]').click()
    ran_again(own)
    expect(own.locator("[data-node]")).to_have_count(7)
    expect(own.locator("[data-edge$='-b']")).to_have_count(4)
    expect(asked.locator('[data-choice="bias"]')).to_have_attribute("aria-pressed", "true")
    expect(own.locator("#found-heading")).to_have_text("Found: 2 inputs, 4 hidden nodes, 1 output.")
    assert findings_by_day_and_night(own) == []
    asked.locator('[data-action="unchoose"]').click()
    ran_again(own)
    expect(own.locator("[data-node]")).to_have_count(8)


def test_a_doubtful_row_is_set_right_kept_shared_written_down_and_undone(own: Page) -> None:
    run(own, DOUBTFUL)
    asked = own.locator('[data-question="delta[2]"]')
    expect(asked.locator('[data-choice="d2"]')).to_have_attribute("aria-pressed", "true")
    expect(asked.locator('[data-choice="g2"]')).to_contain_text("1/4 times what is shown")
    asked.locator('[data-choice="g2"]').click()
    ran_again(own)
    expect(row(own, "delta", 2).locator("code")).to_have_text("g2")
    button(own, "share").click()
    expect(own.locator(".notice")).to_contain_text("The link is copied.")
    link: str = own.evaluate("navigator.clipboard.readText()")
    assert "choices=" in link
    assert "g2" in link.partition("#")[0]
    asked.locator('[data-action="note-choice"]').click()
    ran_again(own)
    assert written(own) == DOUBTFUL + "# backprop: delta[2] = g2\n"
    expect(row(own, "delta", 2).locator("code")).to_have_text("g2")
    expect(asked).to_contain_text("Chosen by the comment in line 16.")
    asked.locator('[data-action="unchoose"]').click()
    ran_again(own)
    assert written(own) == DOUBTFUL
    expect(row(own, "delta", 2).locator("code")).to_have_text("d2")


def test_another_of_the_names_of_a_quantity_and_another_rate_are_chosen(own: Page) -> None:
    named = DOUBTFUL.replace("    h = 1", "    batch = X\n    h = 1").replace("X @ W1", "batch @ W1")
    named = named.replace("0.5 *", "rate / 4 *").replace("d2 / 4", "d2")
    run(own, named.replace("W1 = ", "rate = 2.0\nW1 = ", 1))
    for question, expression, quantity in (("input", "batch", "input"), ("eta", "rate", "eta")):
        asked = own.locator(f'[data-question="{question}"]')
        expect(asked.locator(".answers")).to_be_hidden()
        asked.locator("summary").click()
        asked.locator(f'[data-choice="{expression}"]').click()
        ran_again(own)
        expect(row(own, quantity, 0).locator("code")).to_have_text(expression)
        expect(asked.locator(".answers")).to_be_visible()  # with what was chosen, and the way back
    assert findings_by_day_and_night(own) == []


def test_a_choice_comes_with_a_link_and_stays_after_a_reload(browser: Browser, address: str) -> None:
    choices = quote('{"ones":"bias"}')
    with lab_with_python(
        browser, address, f"?lesson=own&lang=en&program=numpy-short&choices={choices}"
    ) as page:
        run(page)
        expect(page.locator("[data-node]")).to_have_count(7)
        page.locator('[data-question="ones"] [data-choice="input"]').click()
        ran_again(page)
        page.goto(address + "?lesson=own&lang=en&program=numpy-short")
        expect(page.locator("html")).to_have_attribute("data-python", "ready", timeout=READY)
        run(page)
        expect(page.locator('[data-question="ones"] [data-choice="input"]')).to_have_attribute(
            "aria-pressed", "true"
        )
        expect(page.locator(".made")).to_contain_text("You chose this.")


def test_a_menu_leads_to_the_other_networks(own: Page) -> None:
    run(own, RATES)
    menu = own.locator('select[data-action="network"]')
    expect(menu.locator("option")).to_have_count(2)
    expect(own.locator(".networks")).to_contain_text("This program trains 2 networks.")
    menu.select_option("2")
    ran_again(own)
    expect(menu).to_have_value("2")
    row(own, "delta", 2).locator("button").click()
    seen = look(own)
    expected = record(RATES, network=2).value("delta", 6, iteration=0, sample=seen["sample"])
    assert expected is not None
    assert isclose(float(seen["deltas"]["6"]), expected, rel_tol=1e-12)


def test_equations_in_the_programs_own_names_by_switch_and_key(strange: Page) -> None:
    row(strange, "delta", 1).locator("button").click()
    strange.locator('[data-names="own"]').click()
    step = strange.locator("#step")
    expect(step).to_contain_text("−früher[0, 0]")  # the other sign than the course's delta
    expect(step).to_contain_text("heraus[0, 0]")
    assert look(strange)["bad_tex"] == 0
    strange.locator("header .name").hover()
    strange.keyboard.press("e")
    expect(step).not_to_contain_text("heraus[0, 0]")
    expect(strange.locator('[data-names="course"]')).to_have_attribute("aria-pressed", "true")


# ---- For everybody


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_axe_finds_nothing_before_a_run(page: Page, address: str, lang: str) -> None:
    open_own(page, address, f"&lang={lang}")
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)
        assert findings_by_day_and_night(page) == [], size


def test_axe_finds_nothing_after_a_run_and_nothing_is_wider_than_a_phone(strange: Page) -> None:
    for lang in ("en", "zh"):
        for size in (WIDE, PHONE):
            strange.set_viewport_size(size)
            until_settled(strange)
            assert findings_by_day_and_night(strange) == [], (lang, size)
            assert strange.evaluate("document.documentElement.scrollWidth <= innerWidth")
        strange.set_viewport_size(WIDE)
        button(strange, "language").click()


def test_the_one_file_has_it_too(page: Page) -> None:
    page.goto(f"{build.SINGLE.as_uri()}?lesson=own&lang=en&program=one-class")
    expect(page.locator("html")).to_have_attribute("data-python", "ready", timeout=READY)
    run(page)
    expect(page.locator("html")).to_have_attribute("data-roles", "found")
    assert look(page)["steps"] > 0


def test_a_frame_can_leave_the_table_out(page: Page, address: str) -> None:
    open_own(page, address, "&embed=1&hide=found")
    assert page.locator(".found").count() == 0
    assert page.locator(".editor").count() == 1


def test_an_error_after_a_good_run_leaves_its_picture(own: Page) -> None:
    run(own, STRANGE)
    run(own, STRANGE.replace("tempo = 0.7", "tempo = 0.7 / 0"))
    expect(own.locator(".error")).to_contain_text("Line 8")
    expect(own.locator("html")).to_have_attribute("data-roles", "none")
    expect(own.locator("[data-node]")).to_have_count(6)
