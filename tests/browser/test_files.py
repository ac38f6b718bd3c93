"""Files of data beside the program, and the pictures that a program draws."""

from collections.abc import Iterator

import pytest
from lab import beyond, button, in_chinese, lab_with_python, run, until_settled
from playwright.sync_api import Browser, FilePayload, Page, expect
from test_axe import PHONE, WIDE, findings_by_day_and_night

READS = "import numpy as np\nd = np.genfromtxt('data.csv', delimiter=',', skip_header=1)\nprint(d.sum())\n"
TABLE = "名称,t\n0,1\n1,2\n"
DRAWS = """\
import numpy as np
import matplotlib.pyplot as plt
plt.plot([0.9, 0.5, 0.2], 'r--', label='误差')
plt.title('训练'); plt.xlabel('迭代'); plt.legend(); plt.show()
fig, (a, b) = plt.subplots(1, 2)
x, y = np.meshgrid(np.linspace(-1, 1, 9), np.linspace(0, 1, 5))
a.contourf(x, y, x * y)
a.scatter([0, 1], [0, 1], c=[0, 1])
b.imshow([[1, 2], [3, 4]])
plt.quiver([1], [1])
print('done')
"""


def payload(name: str, text: str, encoding: str = "utf-8") -> FilePayload:
    return {"name": name, "mimeType": "text/csv", "buffer": text.encode(encoding)}


@pytest.fixture(scope="module")
def ready(browser: Browser, address: str) -> Iterator[Page]:
    with lab_with_python(browser, address, "?lesson=own&lang=en") as page:
        yield page


def test_a_missing_file_is_named_added_read_and_removed(ready: Page) -> None:
    run(ready, READS)
    expect(ready.locator(".missing-file")).to_contain_text("data.csv")
    with ready.expect_file_chooser() as chooser:
        button(ready, "add-file").click()
    chooser.value.set_files(payload("downloaded (1).csv", TABLE, "gbk"))
    row = ready.locator('[data-file="data.csv"]')
    expect(row).to_contain_text("GBK, 2 rows of 2")
    expect(row).to_contain_text('np.genfromtxt("data.csv", delimiter=",", skip_header=1)')
    run(ready)
    expect(ready.locator(".output pre")).to_have_text("4.0")
    button(ready, "share").click()
    expect(ready.locator(".notice").filter(has_text="data.csv")).to_be_visible()
    for size in (WIDE, PHONE):
        ready.set_viewport_size(size)
        until_settled(ready)
        assert findings_by_day_and_night(ready) == [], size
    ready.set_viewport_size(WIDE)
    button(ready, "remove-file").click()
    expect(row).to_have_count(0)
    run(ready)
    expect(button(ready, "add-file")).to_be_visible()


def test_a_module_of_the_reader_s_own_is_offered_to_be_added_and_imported(ready: Page) -> None:
    run(ready, "from utils import *\nprint(twice(21))\n")
    expect(ready.locator(".error")).to_contain_text("utils")
    expect(ready.locator(".missing-file")).to_contain_text("utils.py")
    with in_chinese(ready):
        expect(ready.locator(".missing-file")).to_contain_text("如果 utils.py 是你自己的文件")
    chosen = ready.locator('.editor .head input[type="file"]')
    chosen.set_input_files([payload("utils.py", "def twice(x): return 2 * x\n")])  # as if it were dropped
    expect(ready.locator('[data-file="utils.py"]')).to_contain_text("import utils")
    expect(ready.locator(".cm-content")).to_contain_text("twice(21)")
    run(ready)
    expect(ready.locator(".output pre")).to_have_text("42")
    button(ready, "remove-file").click()


def test_data_is_kept_beside_the_program_and_a_program_is_opened(ready: Page) -> None:
    chosen = ready.locator('.editor .head input[type="file"]')
    chosen.set_input_files([payload("a.txt", "0,5;1\n0,2;2\n"), payload("b.py", "print(1)\n")])
    expect(ready.locator('[data-file="a.txt"]')).to_contain_text("decimal commas")
    expect(ready.locator(".cm-content")).to_contain_text("print(1)")
    ready.reload()
    expect(ready.locator('[data-file="a.txt"]')).to_be_visible()
    ready.locator('[data-file="a.txt"] [data-action="remove-file"]').click()
    expect(ready.locator("li[data-file]")).to_have_count(0)


def test_pictures_stand_below_what_was_printed(ready: Page) -> None:
    run(ready, DRAWS)
    expect(ready.locator("[data-picture]")).to_have_count(2)
    first = ready.locator("[data-picture]").first.locator("svg")
    expect(first).to_have_attribute(
        "aria-label", "Picture 1; 训练; 误差: a curve of 3 values, from 0.9 to 0.2; across: 迭代"
    )
    expect(ready.locator("[data-picture] image")).to_have_count(2)
    expect(ready.locator(".notice").filter(has_text="plt.quiver")).to_be_visible()
    with in_chinese(ready):
        for size in (WIDE, PHONE):
            ready.set_viewport_size(size)
            until_settled(ready)
            assert findings_by_day_and_night(ready) == [], size
            assert not [part for part in beyond(ready) if "picture" in part or "panels" in part]
    ready.set_viewport_size(WIDE)
    run(ready, "print(2)\n")
    expect(ready.locator("[data-picture]")).to_have_count(0)
