"""Markdown as the lessons and the teachers' page are written in."""

from __future__ import annotations

from html import escape
from typing import Any


def reader() -> Any:
    """A reader of Markdown with tables; maths stays TeX, in `<span class="math" data-tex="…">`."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    def maths(_: Any, tokens: Any, at: int, *rest: Any) -> str:
        tex = escape(tokens[at].content.strip())
        display = " data-display" if tokens[at].type == "math_block" else ""
        return f'<span class="math" data-tex="{tex}"{display}>{tex}</span>'

    made = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin, allow_space=False)
    made.add_render_rule("math_inline", maths)
    made.add_render_rule("math_block", maths)
    return made


def html(markdown: str) -> str:
    """A text in Markdown as HTML, its TeX left for the page to set."""
    return str(reader().render(markdown))
