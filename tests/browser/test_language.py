"""English and Chinese (issue 2, point 7): complete, switched at once, nothing lost."""

import json
import re

import pytest
from lab import PROGRAM, button, look, open_lab, press, walk, write, written
from playwright.sync_api import Browser, Page, expect

import build

WORDS = {
    lang: json.loads((build.ROOT / f"site/text/{lang}.json").read_text("utf-8")) for lang in ("en", "zh")
}


def test_both_languages_have_the_same_words_and_blanks() -> None:
    assert list(WORDS["en"]) == list(WORDS["zh"])
    for key, text in WORDS["en"].items():
        blanks = [set(re.findall(r"\{(\w+)", words)) for words in (text, WORDS["zh"][key])]
        assert blanks[0] == blanks[1], key
        assert text.strip()
        assert WORDS["zh"][key].strip()


@pytest.mark.parametrize(("locale", "lang"), [("zh-CN", "zh-CN"), ("zh-TW", "zh-CN"), ("de-DE", "en")])
def test_the_browser_s_language_is_the_default(
    browser: Browser, address: str, locale: str, lang: str
) -> None:
    page = browser.new_context(locale=locale).new_page()
    open_lab(page, address, python=False)
    expect(page.locator("html")).to_have_attribute("lang", lang)
    page.context.close()


def test_the_switch_keeps_the_place_and_the_text(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_lab(page, address, python=False)
    mine = PROGRAM.replace("eta = 0.5", "eta = 0.7  # 学习率")
    write(page, mine)
    button(page, "next-iteration").click()
    english = press(page, "step", 14)
    assert written(page) == mine
    button(page, "language").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    chinese = look(page)
    assert chinese["words"] != english["words"]
    assert re.search(r"[一-鿿]", chinese["words"])
    told = ("words", "said", "where")
    assert {k: v for k, v in chinese.items() if k not in told} == {
        k: v for k, v in english.items() if k not in told
    }
    assert written(page) == mine
    expect(page.locator(".status")).to_contain_text(WORDS["zh"]["status.stale"])
    assert re.search(r"[一-鿿]", walk(page, "step", 1)[-1]["said"])
    button(page, "language").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_the_choice_is_remembered_and_the_address_wins(page: Page, address: str) -> None:
    open_lab(page, address, python=False)
    button(page, "language").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.goto(address + "?lesson=xor")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.goto(address + "?lesson=xor&lang=en")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_nothing_is_left_in_english(page: Page, address: str) -> None:
    """Every name of a control, heading and text; code, mathematics and the program's output aside."""
    open_lab(page, address, "?lang=zh&unknown=1", python=False)
    press(page, "step", 14)
    texts: list[str] = page.evaluate("""() => {
      const aside = "math, .cm-editor, pre, code, [lang=en], .details table, .number";
      const texts = [];
      const walker = document.createTreeWalker(document.querySelector("#app"), NodeFilter.SHOW_TEXT);
      for (let n = walker.nextNode(); n; n = walker.nextNode())
        if (!n.parentElement.closest(aside)) texts.push(n.data);
      for (const e of document.querySelectorAll("[aria-label], [title]"))
        if (!e.closest("[lang=en]")) texts.push(e.ariaLabel ?? "", e.title ?? "");
      return texts.concat(document.title);
    }""")
    names = "Backprop Lab|XOR|Python|NumPy|Ctrl|Control|Enter|Esc|Escape|Tab|Shift|Home|End|delta|net|eta|unknown|sigmoid"
    left = {word for text in texts for word in re.findall(rf"(?!(?:{names})\b)\b[A-Za-z]{{4,}}\b", text)}
    allowed = {"Backprop", "Jupyter", "ipynb"}
    assert left <= allowed, left
    assert not [
        text for text in texts if re.fullmatch(r"\s*[a-z]+\.[A-Za-z-]+\s*", text)
    ]  # a key without words
