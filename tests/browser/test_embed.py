"""In a frame of a course page (issue 6, point 3): heights, messages, when Python is fetched, no storage; the dialog."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from conftest import watched_page
from course import course_server, lab_frame
from lab import PROGRAM, button, look, open_lab, until, without_python, write
from playwright.sync_api import Browser, Frame, Page, expect
from test_axe import findings, findings_by_day_and_night

import build

SITES = {"same site": "127.0.0.1", "another site": "localhost"}


@pytest.fixture(scope="module")
def course() -> Iterator[str]:
    with course_server() as address:
        yield address.replace("127.0.0.1", "localhost")  # another site than the lab's


def embed(page: Page, course: str, address: str, query: str = "", **frame: Any) -> Frame:
    """A course page with the lab in it; its Python never comes."""
    without_python(page)
    page.goto(f"{course}course?{urlencode({'src': f'{address}?embed=1&lang=en{query}', **frame})}")
    return lab_frame(page)


def heard(page: Page, kind: str) -> list[dict[str, Any]]:
    """What the lab has told the course of one kind."""
    told: list[dict[str, Any]] = page.evaluate(
        "kind => heard.filter((m) => m.source === 'backprop-lab' && m.type === kind)", kind
    )
    return told


def tell(page: Page, message: object) -> None:
    page.evaluate("m => document.querySelector('iframe').contentWindow.postMessage(m, '*')", message)


def settled(page: Page, expression: str) -> None:
    page.wait_for_function(expression, timeout=20_000)


def step_in(frame: Frame) -> int:
    return int(frame.locator("[data-steps]").get_attribute("data-step") or -1)


# ---- Telling


def test_it_tells_where_the_student_is_and_how_far(page: Page, course: str, address: str) -> None:
    frame = embed(page, course, address, "&step=12")
    settled(page, "heard.some((m) => m.type === 'score')")
    assert heard(page, "ready") == [
        {"source": "backprop-lab", "type": "ready", "version": 1, "lesson": "xor", "language": "en"}
    ]
    frame.locator('[data-action="step"]').click()
    settled(page, "heard.some((m) => m.type === 'position' && m.step === 13)")
    assert [m["step"] for m in heard(page, "position")] == [12, 13]
    last = heard(page, "position")[-1]
    assert (last["lesson"], last["iteration"], last["steps"], last["iterations"]) == ("xor", 0, 156, 4000)
    progress = heard(page, "progress")[-1]
    assert (progress["python"], progress["run"]) == ("loading", "idle")
    assert 0 <= heard(page, "score")[-1]["score"] <= 1


def test_a_program_is_never_told(page: Page, course: str, address: str) -> None:
    frame = embed(page, course, address)
    write(frame, "secret = 'of the student'\n")
    frame.locator('[data-action="step"]').click()
    settled(page, "heard.some((m) => m.type === 'position' && m.step === 1)")
    assert "secret" not in page.evaluate("JSON.stringify(heard)")


# ---- Obeying


@pytest.mark.parametrize("attributes", ["", 'sandbox="allow-scripts"'], ids=["open", "closed"])
def test_it_goes_to_a_step_and_speaks_the_language_it_is_told(
    page: Page, course: str, address: str, attributes: str
) -> None:
    frame = embed(page, course, address, attributes=attributes)
    tell(page, {"target": "backprop-lab", "type": "go", "iteration": 0, "step": 14})
    settled(page, "heard.some((m) => m.type === 'position' && m.step === 14)")
    assert frame.locator("#step").get_attribute("data-equation") == "4.3"
    tell(page, {"target": "backprop-lab", "type": "language", "language": "zh"})
    expect(frame.locator("html")).to_have_attribute("lang", "zh-CN")


def test_code_it_is_given_is_shown_and_not_run(page: Page, course: str, address: str) -> None:
    frame = embed(page, course, address)
    tell(page, {"target": "backprop-lab", "type": "code", "code": "a = 'from the course'\n"})
    expect(frame.locator(".notice")).to_contain_text("only when you press Run")
    expect(frame.locator(".cm-content")).to_contain_text("from the course")
    assert frame.locator("html").get_attribute("data-run") == "idle"
    frame.locator(".cm-content").press("ControlOrMeta+z")
    expect(frame.locator(".cm-content")).to_contain_text("for epoch in range(4000)")


UNKNOWN = [
    {"type": "go", "iteration": 0, "step": 14},
    {"target": "another", "type": "go", "iteration": 0, "step": 14},
    {"target": "backprop-lab", "type": "go", "iteration": 0, "step": "14"},
    {"target": "backprop-lab", "type": "go", "iteration": -1, "step": 14},
    {"target": "backprop-lab", "type": "go"},
    {"target": "backprop-lab", "type": "run"},
    {"target": "backprop-lab", "type": "toString"},
    {"target": "backprop-lab", "type": "code", "code": 3},
    {"target": "backprop-lab", "type": "code", "code": "x" * 200_001},
    {"target": "backprop-lab", "type": "language", "language": "fr"},
    "backprop-lab",
    None,
    [1, 2],
]


def test_what_it_does_not_know_is_passed_over(page: Page, course: str, address: str) -> None:
    frame = embed(page, course, address)
    for step, message in enumerate(UNKNOWN, 1):
        tell(page, message)
        frame.locator('[data-action="step"]').click()
        settled(page, f"heard.findLast((m) => m.type === 'position').step === {step}")
        assert frame.locator("html").get_attribute("lang") == "en", message
        assert frame.locator("main").get_attribute("data-stale") is None, message
        expect(frame.locator(".notice")).to_have_count(0)


def test_it_obeys_its_own_parent_only(page: Page, course: str, address: str) -> None:
    frame = embed(page, course, address)
    page.evaluate("""() => {
      const other = document.createElement("iframe");
      const go = '{target: "backprop-lab", type: "go", iteration: 0, step: 14}';
      other.srcdoc = `<script>parent.frames[0].postMessage(${go}, "*"); parent.postMessage("sent", "*")</` + `script>`;
      document.body.append(other);
    }""")
    settled(page, "heard.includes('sent')")
    frame.evaluate(  # nor itself
        "postMessage({target: 'backprop-lab', type: 'go', iteration: 0, step: 14}, '*')"
    )
    frame.locator('[data-action="step"]').click()
    settled(page, "heard.some((m) => m.type === 'position' && m.step > 0)")
    assert [m["step"] for m in heard(page, "position")] == [0, 1]


def test_outside_a_frame_and_without_embed_it_obeys_nobody(page: Page, course: str, address: str) -> None:
    without_python(page)
    page.goto(f"{course}course?{urlencode({'src': address})}")
    frame = lab_frame(page)
    tell(page, {"target": "backprop-lab", "type": "go", "iteration": 0, "step": 14})
    frame.locator('[data-action="step"]').click()
    expect(frame.locator("[data-steps]")).to_have_attribute("data-step", "1")
    assert page.evaluate("heard") == []


# ---- Heights


def test_it_asks_for_its_height_in_four_ways_and_comes_to_rest(page: Page, course: str, address: str) -> None:
    frame = embed(page, course, address, width="700", height="500")
    settled(page, "heard.some((m) => m.subject === 'lti.frameResize')")
    page.evaluate("""() => addEventListener("message", ({ data }) => {
      if (data.subject === "lti.frameResize") document.querySelector("iframe").style.height = `${data.height}px`;
    })""")
    tell(page, {"context": "h5p", "action": "resize"})
    settled(page, "document.querySelector('iframe').clientHeight > 1000")
    at_rest = "heard.findLast((m) => m.subject === 'lti.frameResize').height === {}".format
    until(frame, "document.documentElement.scrollHeight <= innerHeight")
    settled(page, at_rest(frame.evaluate("document.documentElement.scrollHeight")))
    ways = page.evaluate("""() => ({
      canvas: heard.filter((m) => m.subject === "lti.frameResize").map((m) => m.height),
      ims: heard.filter((m) => m.subject === "org.imsglobal.lti.frameResize").map((m) => m.height),
      h5p: heard.filter((m) => m.context === "h5p" && m.action === "resize").map((m) => m.scrollHeight),
      edx: heard.filter((m) => m.type === "plugin.resize").map((m) => m.payload.height),
    })""")
    assert ways["canvas"] == ways["ims"] == ways["h5p"] == ways["edx"]
    assert len(ways["canvas"]) < 8, ways  # it does not drive the frame, and the frame does not drive it
    assert ways["canvas"][-1] == frame.evaluate("document.documentElement.scrollHeight")
    assert frame.evaluate("document.documentElement.scrollHeight <= innerHeight")


# ---- Python when it is wanted


def test_python_is_fetched_only_when_the_frame_is_seen(page: Page, course: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    frame = embed(page, course, course, above="3000")
    until(frame, "document.documentElement.dataset.settled > 0")  # main.js has run, and asks for Python last
    assert [url for url in asked if "/python/" in url] == []
    with page.expect_request("**/python/**"):
        page.locator("iframe").scroll_into_view_if_needed()


def test_python_is_fetched_when_the_student_asks(page: Page, course: str) -> None:
    frame = embed(page, course, course, above="3000")
    with page.expect_request("**/python/**"):
        frame.evaluate("document.querySelector('[data-action=run]').click()")


# ---- Without storage


@pytest.mark.parametrize("site", SITES)
def test_in_a_frame_without_storage_everything_but_memory_works(
    browser: Browser, course: str, address: str, site: str
) -> None:
    with watched_page(browser, []) as page:
        page.add_init_script("""for (const name of ["localStorage", "sessionStorage", "indexedDB"])
          Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });""")
        frame = embed(page, course.replace("localhost", SITES[site]), address)
        write(frame, "a = 1\n")
        frame.locator('[data-action="step"]').click()
        frame.locator('[data-action="language"]').click()
        expect(frame.locator("html")).to_have_attribute("lang", "zh-CN")
        assert step_in(frame) == 1


# ---- Layout


def test_axe_finds_nothing_and_the_buttons_are_in_sight(page: Page, address: str) -> None:
    open_lab(page, address, "?embed=1&step=14", python=False)
    for width, height in ((1000, 600), (700, 600), (360, 640)):
        page.set_viewport_size({"width": width, "height": height})
        assert findings_by_day_and_night(page) == [], width
        expect(button(page, "step")).to_be_in_viewport(ratio=1)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width


# ---- The dialog


# What a telephone's camera would read, by a reader that is not the page's.
READ_QR = """async (bytes) => {
  const image = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
  const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
  canvas.drawImage(image, 0, 0);
  const { data, width, height } = canvas.getImageData(0, 0, image.width, image.height);
  return jsQR(data, width, height)?.data;
}"""


def open_dialog(page: Page) -> None:
    page.locator(".menu summary").click()
    button(page, "embed").click()
    expect(page.locator("dialog")).to_be_visible()


def test_the_lines_to_paste_make_a_frame_with_a_title(page: Page, course: str, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_lab(page, address, "?step=14", python=False)
    write(page, PROGRAM.replace("# backward: which way", "# back: my own words, which way"))
    open_dialog(page)
    page.locator('[data-copy="snippet"]').click()
    expect(page.locator("dialog [role=status]")).to_contain_text("copied")
    pasted = page.evaluate("navigator.clipboard.readText()")
    page.goto(f"{course}course")
    page.evaluate("lines => { document.body.innerHTML = lines; }", pasted)
    frame = page.frame_locator("iframe")
    assert page.locator("iframe").get_attribute("title") == "Backprop Lab: XOR by the equations"
    expect(frame.locator("[data-steps]")).to_have_attribute("data-step", "14")
    expect(frame.locator(".stage.embed .cm-content")).to_contain_text("my own words")


def test_the_qr_code_is_the_link(page: Page, address: str) -> None:
    open_lab(page, address, "?step=14", python=False)
    open_dialog(page)
    link = page.locator("#embedding-link").input_value()
    assert "step=14" in link
    page.evaluate((build.MODULES / "jsqr/dist/jsQR.js").read_text("utf-8"))
    assert page.evaluate(READ_QR, list(page.locator(".qr").screenshot())) == link


def test_the_dialog_by_keyboard_and_without_a_clipboard(page: Page, address: str) -> None:
    page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('closed'))")
    open_lab(page, address, "?step=3", python=False)
    open_dialog(page)
    page.emulate_media(reduced_motion="reduce")
    assert findings(page) == []
    page.locator('[data-copy="link"]').press("Enter")
    expect(page.locator("dialog [role=status]")).to_contain_text("Ctrl+C")
    page.keyboard.press("ArrowRight")  # the page behind stays where it is
    assert look(page)["step"] == 3
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    page.keyboard.press("ArrowRight")
    assert look(page)["step"] == 4


def test_a_program_too_long_for_a_qr_code_is_said(page: Page, address: str) -> None:
    open_lab(page, address, python=False)
    write(page, "# " + " ".join(f"{i * 7919 % 10007}" for i in range(600)) + "\n" + PROGRAM)
    open_dialog(page)
    expect(page.locator("dialog")).to_contain_text("without your changes")


# ---- The page for teachers


@pytest.mark.parametrize(("lang", "says"), [("en", "It is for practice"), ("zh", "只适合练习")])
def test_the_page_for_teachers(page: Page, address: str, lang: str, says: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{address}?teachers=1&lang={lang}")
    expect(page.locator("main")).to_contain_text(says)
    for system in ("Moodle", "Canvas", "Open edX", "Blackboard", "Brightspace"):
        expect(page.locator("main")).to_contain_text(system)
    for part in ("MPL-2.0", "github.com/pyodide/pyodide/tree/0.28.3", "2005-2024, NumPy", "MIT"):
        expect(page.locator(".licences")).to_contain_text(part)
    files = page.locator(".downloads a").evaluate_all("all => all.map((one) => one.getAttribute('href'))")
    assert files == ["backprop-lab.html", "backprop-lab-scorm12.zip"]
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("header a").first.click()
    expect(page.locator("[data-steps]")).to_be_visible()
