"""The course (issue 5, point 1): every equation has its place, and every place is there."""

import re

import pytest
from backprop.equations.catalogue import CATALOGUE
from backprop.equations.plain_text import plain
from backprop.lessons.lens import LESSONS, lesson_settings, lessons
from backprop.page.course import BakedLesson, course, glossary_entries, sections
from backprop.page.session import bake
from backprop.topology import ref_name
from programs import record

from tests.lesson_programs import short, source_of

# The curriculum's own list, and the lesson whose text treats what no step computes.
TREATED_IN = {
    "neuron": ["1.1", "1.2", "1.3", "1.4"],
    "forward": ["3.1", "3.4", "3.5", "3.6", "3.7", "3.8"],
    "xor": ["3.2", "3.3", "4.1", "4.2", "4.3", "4.4", "4.5", "4.6", "4.7", "4.8"],
    "derivation": [f"4.{n}" for n in range(9, 18)],
    "network-class": ["BP1", "BP2", "BP3", "BP4"],
}
BOTH = {"en", "zh"}


def baked(lesson, text):
    header, index, *_ = bake(lesson, short(source_of(lesson)), 8000)
    return BakedLesson(lesson, text, header, index)


@pytest.fixture(scope="module")
def whole():
    text = {"en": "<p>One</p><h2>Two</h2><p>three</p>", "zh": "<h2>二</h2><p>三</p>"}
    return course([baked(lesson, text) for lesson in lessons()])


@pytest.fixture(scope="module")
def recorded():
    return {lesson: record(short(source_of(lesson)), lesson).steps(0) for lesson in lessons()}


def test_the_catalogue_is_the_curriculums():
    assert sorted(CATALOGUE) == sorted(id for ids in TREATED_IN.values() for id in ids)


def test_every_equation_whose_lesson_is_there_has_its_place_in_it(whole):
    places = {entry["id"]: {place["lesson"] for place in entry["places"]} for entry in whole["equations"]}
    assert list(places) == list(CATALOGUE)
    there = {lesson: ids for lesson, ids in TREATED_IN.items() if lesson in lessons()}
    missing = [(id, lesson) for lesson, ids in there.items() for id in ids if lesson not in places[id]]
    assert missing == [], "name them in the lesson.toml of that lesson: equations = […]"


def test_a_place_with_a_step_is_where_the_recording_first_computes_that_equation(whole, recorded):
    seen = 0
    for entry in whole["equations"]:
        stepped = {place["lesson"]: place["step"] for place in entry["places"] if "step" in place}
        for lesson, steps in recorded.items():
            own = (n for n, step in enumerate(steps) if entry["id"] in (step.equation, step.instance))
            assert stepped.get(lesson) == next(own, None), (entry["id"], lesson)
        seen += len(stepped)
    assert seen > 20


def test_places_stand_in_the_order_of_the_course(whole):
    order = lessons()
    for entry in whole["equations"]:
        at = [order.index(place["lesson"]) for place in entry["places"]]
        assert at == sorted(set(at))


def test_the_map_has_its_parts_in_order(whole):
    parts = {entry["id"]: entry["chapter"] for entry in whole["equations"]}
    assert list(dict.fromkeys(parts.values())) == ["neuron", "forward", "backward", "derivation", "layers"]
    ends = ("1.4", "3.1", "4.8", "4.9", "4.17", "BP1")
    assert [parts[id] for id in ends] == [
        "neuron",
        "forward",
        "backward",
        "derivation",
        "derivation",
        "layers",
    ]


def test_a_symbol_leads_to_the_step_that_lights_it(whole, recorded):
    for entry, made in zip(glossary_entries(), whole["glossary"], strict=True):
        steps = recorded[entry["lesson"]]
        step = steps[made["place"]["step"]]
        names = [*map(ref_name, step.sets), *map(ref_name, step.reads)]
        assert entry["shows"] in names
        set_anywhere = {ref_name(ref) for one in steps for ref in one.sets}
        assert entry["shows"] in map(ref_name, step.sets) or entry["shows"] not in set_anywhere
        for lang in BOTH:
            assert made["name"][lang]
            assert made["words"][lang]
        assert re.search("[\u4e00-\u9fff]", made["words"]["zh"])


@pytest.mark.parametrize("lesson", lessons())
def test_a_lesson_says_what_it_answers_and_how_long_it_takes(lesson):
    settings = lesson_settings(lesson)
    assert settings["answers"].keys() == BOTH
    assert settings["answers"]["en"].endswith("?")
    assert settings["answers"]["zh"].endswith("？")
    assert type(settings["minutes"]) is int
    assert 5 <= settings["minutes"] <= 90


def test_the_lessons_are_listed_with_their_exercises_and_texts(whole):
    assert [lesson["id"] for lesson in whole["lessons"]] == lessons()
    for lesson in whole["lessons"]:
        exercises = (LESSONS / lesson["id"] / "exercises.toml").read_text(encoding="utf-8")
        assert [one["id"] for one in lesson["exercises"]] == re.findall(r'^id = "(.*)"', exercises, re.M)
        assert all(one["title"].keys() == BOTH for one in lesson["exercises"])
        assert lesson["sections"]["zh"] == [{"heading": "二", "text": "三", "id": "section-1"}]
        assert lesson["sections"]["en"] == [
            {"heading": "", "text": "One", "id": "lesson"},
            {"heading": "Two", "text": "three", "id": "section-1"},
        ]


def test_a_place_that_is_not_there_stops_the_build(monkeypatch):
    lesson = baked("two-layer", {"en": "", "zh": ""})
    monkeypatch.setattr("backprop.page.course.glossary_entries", list)
    course([lesson])
    entry = {"tex": "a", "lesson": "two-layer", "shows": "a:8", "en": {"name": "", "words": ""}}
    monkeypatch.setattr("backprop.page.course.glossary_entries", lambda: [entry | {"zh": entry["en"]}])
    with pytest.raises(ValueError, match="a:8 in lesson two-layer"):
        course([lesson])
    settings = lesson_settings("two-layer") | {"equations": ["4.1", "9.9"]}
    monkeypatch.setattr("backprop.page.course.lesson_settings", lambda _: settings)
    with pytest.raises(ValueError, match=r"two-layer names equations that there are not: 9\.9"):
        course([lesson])


def test_sections_are_plain_text():
    html = (
        "<p>Before, <code>w[8, 4]</code> &amp; "
        '<span class="math" data-tex="w_{84}">w_{84}</span>.</p>\n<h2>How <em>far</em>?</h2>\n'
        "<ol>\n<li>one</li><li>two</li></ol>"
    )
    assert sections(html) == [
        {"heading": "", "text": "Before, w[8, 4] & w₈₄.", "id": "lesson"},
        {"heading": "How far?", "text": "one two", "id": "section-1"},
    ]


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"\delta_8 = y_1(1-y_1)(t_1-y_1)", "δ₈ = y₁(1-y₁)(t₁-y₁)"),
        (r"w_{ji} \gets w_{ji} + \eta\,\delta_j", "w_ji ← w_ji + ηδ_j"),
        (r"\mathrm{sigmoid}(net_j)", "sigmoid(net_j)"),
        (r"\frac{a}{b_{12}}", "a/b₁₂"),
        (r"\frac12\sum_{i\in outputs}(t_i-y_i)^2", "1/2 Σ_(i∈outputs)(t_i-y_i)^2"),
        (r"\frac 1 2 x", "1/2 x"),
        (r"y = \frac{1}{1+e^{-\vec w^{T}\cdot\vec x}}", "y = 1/(1+e^(-w^T·x))"),
        (r"1-y = \frac{e^{-net}}{1+e^{-net}}", "1-y = e^(-net)/(1+e^(-net))"),
        (r"\frac{e^{-net}}{(1+e^{-net})^2}", "e^(-net)/(1+e^(-net))^2"),
        (r"\frac{\partial E_d}{\partial w_{ji}}", "∂E_d/∂w_ji"),
        (r"w \gets w - \eta\frac{\partial E_d}{\partial w_{ji}}", "w ← w - η ∂E_d/∂w_ji"),
        (r"\frac{\partial E}{\partial y_j}\frac{\partial y_j}{\partial net_j}", "∂E/∂y_j ∂y_j/∂net_j"),
        (r"\frac{\frac{a+b}{2}}{c - d}", "((a+b)/2)/(c - d)"),
        (r"\frac{1}{2x}", "1/(2x)"),
        (r"\sqrt2", "√2"),
        (r"\sqrt{x^2+1}", "√(x^2+1)"),
        (r"\sqrt[3]{8}", "∛8"),
        (r"\sqrt{\frac{a}{b_1}}", "√(a/b₁)"),
        (r"\frac{\sqrt{a}}{b}", "√a/b"),
        (r"-t\ln y-(1-t)\ln(1-y)", "-t ln y-(1-t) ln(1-y)"),
        (r"\begin{bmatrix}a_4\\ a_5\end{bmatrix} = f(W\cdot\vec x)", "[a₄; a₅] = f(W·x)"),
        (r"\Bigl(\sum_i w_{ji}\,x_i + w_{jb}\Bigr)", "(Σ_i w_jix_i + w_jb)"),
        (r"\delta^l=((w^{l+1})^T\delta^{l+1})\odot\sigma'(z^l)", "δ^l=((w^(l+1))^Tδ^(l+1))⊙σ'(z^l)"),
        (r"\frac{a", "a/()"),
    ],
)
def test_maths_as_one_would_type_it(tex, text):
    assert plain(tex) == text


def formulas():
    """Every formula of the course: in the lessons' texts, the catalogue, the notation."""
    texts = [path.read_text(encoding="utf-8") for path in LESSONS.glob("*/*.md")]
    found = {tex for text in texts for tex in re.findall(r"\$([^$]+)\$", text)}
    return found | {one.tex for one in CATALOGUE.values()} | {entry["tex"] for entry in glossary_entries()}


def test_no_formula_of_the_course_loses_a_fraction_or_leaves_a_command():
    for tex in formulas():
        text = plain(tex)
        assert text.count("/") == tex.count("/") + tex.count(r"\frac"), tex
        assert not re.search(r"[\\{}&]|\bmatrix|frac|partial", text), tex
        assert all(text.count(a) == text.count(b) for a, b in ("()", "[]")), tex
