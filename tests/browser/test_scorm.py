"""In a course's own system (issue 6, point 4): SCORM 1.2, with scorm-again as the system and a log that checks it."""

import base64
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from backprop.analyse.exercises import exercises
from backprop.lessons.lens import lessons
from course import course_server, lab_frame
from lab import PROGRAM, until, without_python, write
from playwright.sync_api import Frame, Page, expect

import build

# scorm-again behind a log. What it does not catch itself is caught by the tests: more than 4,096 characters, and
# whatever is called after LMSFinish. window.before is the state that an earlier session left; window.broken: out of reach.
SYSTEM = """
const calls = [];
const inner = new Scorm12API({ autocommit: false, logLevel: 5 });
if (window.before) inner.loadFromFlattenedJSON(window.before);
window.API = new Proxy({}, {
  get: (_, name) => typeof inner[name] !== "function" ? inner[name] : (...values) => {
    if (window.broken) throw new Error("out of reach");
    const said = inner[name](...values);
    calls.push([name, ...values, String(said), String(inner.LMSGetLastError())]);
    return said;
  },
});
"""


@pytest.fixture(scope="module")
def course() -> Iterator[str]:
    with course_server() as address:
        yield address


class Session:
    """One stay of one student."""

    def __init__(
        self,
        page: Page,
        course: str,
        before: dict[str, str] | None = None,
        query: str = "?lang=en",
        sco: str = "/",
    ) -> None:
        self.page = page
        without_python(page)
        script = f"window.before = {json.dumps(before)};{SYSTEM}"
        asked = {"src": sco + query, "head": '<script src="/scorm12.js"></script>', "script": script}
        page.goto(f"{course}course?{urlencode(asked)}")
        self.frame: Frame = lab_frame(page)

    def calls(self, name: str = "") -> list[list[str]]:
        made: list[list[str]] = self.page.evaluate("calls")
        return [call for call in made if name in ("", call[0])]

    def values(self) -> dict[str, str]:
        """What was put last into each element; each of it must have been accepted."""
        put = self.calls("LMSSetValue")
        assert [call for call in put if call[-2:] != ["true", "0"]] == []
        return {call[1]: call[2] for call in put}

    def wait_for(self, condition: str) -> None:
        self.page.wait_for_function(f"calls.some(([name, element, value]) => {condition})", timeout=20_000)

    def step(self, there: int) -> None:
        self.frame.locator('[data-action="step"]').click()
        expect(self.frame.locator("[data-steps]")).to_have_attribute("data-step", str(there))

    def leave(self) -> dict[str, str]:
        """The student closes the page; what the next session finds."""
        self.page.evaluate("""() => new Promise((gone) => {
          const frame = document.querySelector("iframe");
          frame.onload = gone;
          frame.src = "about:blank";
        })""")
        values = self.values()
        assert len(values.get("cmi.suspend_data", "")) <= 4096
        names = [call[0] for call in self.calls()]
        assert names.count("LMSInitialize") == names.count("LMSFinish") == 1
        assert names[-1] == "LMSFinish"  # and nothing after it
        return {**values, "cmi.core.entry": "resume"}


def packed(entries: dict[str, str]) -> str:
    """suspend_data as docs/embedding.md has it, made by this test."""
    deflate = zlib.compressobj(wbits=-15)
    data = deflate.compress(json.dumps(list(entries.items())).encode()) + deflate.flush()
    return "1|" + base64.urlsafe_b64encode(data).decode().rstrip("=")


def unpacked(text: str) -> dict[str, str]:
    data = text.removeprefix("1|")
    entries = json.loads(zlib.decompress(base64.urlsafe_b64decode(data + "=" * (-len(data) % 4)), wbits=-15))
    return dict(entries)


# ---- The package

CP = "{http://www.imsproject.org/xsd/imscp_rootv1p1p2}"
ADL = "{http://www.adlnet.org/xsd/adlcp_rootv1p2}"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("scorm") / "package.zip"
    build.scorm_package(target)
    return target


def children(element: ElementTree.Element) -> list[str]:
    return [child.tag for child in element]


def test_the_manifest_keeps_the_rules_of_scorm_1_2(package: Path) -> None:
    with ZipFile(package) as opened:
        names = opened.namelist()
        manifest = ElementTree.fromstring(opened.read("imsmanifest.xml"))
    # imscp_rootv1p1p2.xsd: what there must be, in which order
    assert manifest.tag == f"{CP}manifest"
    assert children(manifest) == [f"{CP}metadata", f"{CP}organizations", f"{CP}resources"]
    assert [child.text for child in manifest[0]] == ["ADL SCORM", "1.2"]
    assert children(manifest[0]) == [f"{CP}schema", f"{CP}schemaversion"]
    identifiers = [e.attrib["identifier"] for e in manifest.iter() if "identifier" in e.attrib]
    needs_one = {f"{CP}{name}" for name in ("manifest", "organization", "item", "resource")}
    assert len(identifiers) == len([e for e in manifest.iter() if e.tag in needs_one])
    assert len(set(identifiers)) == len(identifiers)
    assert all(re.fullmatch(r"[A-Za-z_][\w.-]*", identifier) for identifier in identifiers)  # xs:ID
    organizations = manifest.findall(f"{CP}organizations/{CP}organization")
    assert manifest[1].attrib["default"] in [one.attrib["identifier"] for one in organizations]
    for titled in (*organizations, *manifest.iter(f"{CP}item")):
        assert titled[0].tag == f"{CP}title"
        assert titled[0].text
    resources = {one.attrib["identifier"]: one for one in manifest.iter(f"{CP}resource")}
    for item in manifest.iter(f"{CP}item"):  # an item without items leads to a resource that can be launched
        assert resources[item.attrib["identifierref"]].attrib["href"]
    # ADL: the kind of a resource; every file listed, none outside
    for resource in resources.values():
        assert resource.attrib["type"] == "webcontent"
        assert resource.attrib[f"{ADL}scormtype"] in ("sco", "asset")
        listed = [file.attrib["href"] for file in resource.findall(f"{CP}file")]
        assert resource.attrib["href"] in listed
    every = [file.attrib["href"] for file in manifest.iter(f"{CP}file")]
    assert sorted([*every, "imsmanifest.xml"]) == sorted(names)


def test_the_package_in_a_course(page: Page, package: Path, tmp_path: Path) -> None:
    with ZipFile(package) as opened:
        opened.extractall(tmp_path / "sco")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    with course_server(tmp_path) as course:
        session = Session(page, course, sco="/sco/index.html")
        session.step(1)
        session.frame.locator("header select").first.select_option("two-layer")
        expect(session.frame.locator(".cm-content")).to_contain_text("syn0")
        left = session.leave()
    assert "lesson=two-layer" in left["cmi.core.lesson_location"]
    network = [path for path in asked if path not in ("/course", "/scorm12.js", "blank")]
    assert network == ["/sco/index.html"]  # all else was inside


# ---- The stays of a student


def test_a_first_stay(page: Page, course: str) -> None:
    session = Session(page, course)
    session.step(1)
    session.wait_for("name === 'LMSCommit'")
    before_leaving = session.values()
    assert before_leaving["cmi.core.lesson_status"] == "incomplete"
    assert before_leaving["cmi.core.exit"] == "suspend"
    page.wait_for_function(
        "calls.filter(([name]) => name === 'LMSCommit').length > 1"
    )  # as the student goes, not only at the end
    values = session.leave()
    assert "step=1" in values["cmi.core.lesson_location"]
    assert len(values["cmi.core.lesson_location"]) <= 255
    hours, minutes, seconds = re.fullmatch(
        r"(\d{4}):(\d\d):(\d\d\.\d\d)", values["cmi.core.session_time"]
    ).groups()  # type: ignore[union-attr]
    assert 2 < int(hours) * 3600 + int(minutes) * 60 + float(seconds) < 120
    assert values["cmi.core.lesson_status"] == "incomplete"


def test_the_next_stay_goes_on_where_the_last_one_ended(page: Page, course: str) -> None:
    session = Session(page, course)
    mine = PROGRAM.replace("eta = 0.5", "eta = 0.7  # 学习率")
    write(session.frame, mine)
    session.frame.locator('[data-action="language"]').click()
    session.step(1)
    session.step(2)
    session.wait_for("element === 'cmi.suspend_data'")
    until(page, lambda: mine in unpacked(session.values()["cmi.suspend_data"]).values())
    left = session.leave()
    assert mine in unpacked(left["cmi.suspend_data"]).values()

    page.goto("about:blank")
    session = Session(page, course, left, query="")
    expect(session.frame.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(session.frame.locator("[data-steps]")).to_have_attribute("data-step", "2")
    session.frame.locator(".cm-content").press("ControlOrMeta+Home")
    expect(session.frame.locator(".cm-content")).to_contain_text("eta = 0.7")
    assert "cmi.core.lesson_status" not in session.values()  # incomplete it is already


def test_what_does_not_fit_is_left_out_as_a_whole_and_said(page: Page, course: str) -> None:
    session = Session(page, course)
    noise = "# " + " ".join(str(i * i * 7919 % 1_000_003) for i in range(1500)) + "\n"
    write(session.frame, noise + PROGRAM)
    session.step(1)
    too_long = session.frame.locator(".notice", has_text="too long for the course")
    expect(too_long).to_be_visible()
    write(session.frame, PROGRAM)
    expect(too_long).to_have_count(0)  # said while it is so
    write(session.frame, noise + PROGRAM)
    expect(too_long).to_be_visible()
    left = session.leave()
    kept = unpacked(left["cmi.suspend_data"]) if left["cmi.suspend_data"] else {}
    assert not any("7919" in text or "for epoch" in text for text in kept.values())
    assert "step=1" in left["cmi.core.lesson_location"]
    page.goto("about:blank")
    again = Session(page, course, left)
    expect(again.frame.locator("[data-steps]")).to_have_attribute("data-step", "1")


EXERCISES = {lesson: [one.id for one in exercises(lesson)] for lesson in lessons()}


def test_the_score_is_what_is_done_and_never_falls(page: Page, course: str) -> None:
    assert len(EXERCISES["xor"]) > 1
    done = {"xor": {name: {"done": True, "tries": 1} for name in EXERCISES["xor"][:1]}}
    data = packed({"backprop-lab:progress": json.dumps({"version": 1, "lessons": done})})
    before = {"cmi.core.entry": "resume", "cmi.core.lesson_status": "incomplete", "cmi.suspend_data": data}
    session = Session(page, course, before)
    expected = round(100 * (1 / len(EXERCISES["xor"])) / len(EXERCISES))
    session.wait_for("element === 'cmi.core.score.raw'")
    values = session.values()
    assert int(values["cmi.core.score.raw"]) == expected
    assert (values["cmi.core.score.min"], values["cmi.core.score.max"]) == ("0", "100")

    page.goto("about:blank")
    session = Session(page, course, {**before, "cmi.core.score.raw": "90"})
    session.step(1)
    assert "cmi.core.score.raw" not in session.leave()


def test_all_exercises_done_is_completed(page: Page, course: str) -> None:
    done = {lesson: {n: {"done": True, "tries": 1} for n in names} for lesson, names in EXERCISES.items()}
    data = packed({"backprop-lab:progress": json.dumps({"version": 1, "lessons": done})})
    before = {"cmi.core.entry": "resume", "cmi.core.lesson_status": "incomplete", "cmi.suspend_data": data}
    values = Session(page, course, before).leave()
    assert values["cmi.core.score.raw"] == "100"
    assert values["cmi.core.lesson_status"] == "completed"


def test_another_lesson_is_the_same_stay(page: Page, course: str) -> None:
    session = Session(page, course)
    session.frame.locator("header select").first.select_option("two-layer")
    expect(session.frame.locator(".cm-content")).to_contain_text("syn0")
    assert len(session.calls("LMSFinish")) == 0
    left = session.leave()
    assert "lesson=two-layer" in left["cmi.core.lesson_location"]
    page.goto("about:blank")
    again = Session(page, course, left)
    expect(again.frame.locator(".cm-content")).to_contain_text("syn0")
    again.frame.locator(".lesson nav a").first.click()
    expect(again.frame.locator(".cm-content")).not_to_contain_text("syn0")
    again.leave()


def test_nothing_is_left_on_a_computer_that_is_shared(page: Page, course: str) -> None:
    session = Session(page, course)
    write(session.frame, "mine = 'alone'\n")
    session.frame.locator('[data-action="language"]').click()
    session.leave()
    assert page.evaluate("Object.keys(localStorage)") == []


@pytest.mark.parametrize("data", ["1|%%%", "1|AAAA", "0|{}", "v1|abc", "x" * 300])
def test_damaged_data_is_a_fresh_start(page: Page, course: str, data: str) -> None:
    before = {"cmi.core.entry": "resume", "cmi.suspend_data": data, "cmi.core.lesson_location": "?step=abc"}
    session = Session(page, course, before)
    expect(session.frame.locator("[data-steps]")).to_have_attribute("data-step", "0")
    session.step(1)
    session.leave()


def test_a_system_that_goes_away_is_said_once_and_the_page_goes_on(page: Page, course: str) -> None:
    session = Session(page, course)
    page.evaluate("window.broken = true")
    for there in (1, 2, 3):
        session.step(there)
    notice = session.frame.locator(".notice")
    expect(notice).to_contain_text("cannot be reached")
    expect(notice).to_have_count(1)


@pytest.mark.parametrize(
    "frame",
    [
        {"host": "127.0.0.1"},
        {"host": "localhost"},
        {"host": "127.0.0.1", "attributes": 'sandbox="allow-scripts"'},
    ],
    ids=["no system", "on another site", "in a closed frame"],
)
def test_without_a_system_it_simply_runs(page: Page, course: str, frame: dict[str, Any]) -> None:
    without_python(page)
    host = course.replace("127.0.0.1", frame["host"])
    page.goto(f"{host}course?{urlencode({'src': course + '?step=3&lang=en', **frame})}")
    lab = lab_frame(page)
    lab.locator('[data-action="step"]').click()
    expect(lab.locator("[data-steps]")).to_have_attribute("data-step", "4")
    expect(lab.locator(".notice")).to_have_count(0)
