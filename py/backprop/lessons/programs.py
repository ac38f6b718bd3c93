"""The texts of the lessons' programs. `zh/program.py` is `program.py` with comments and strings in Chinese, line by line,
so that a line has one number in both; likewise in every other language."""

from __future__ import annotations

from pathlib import Path

from backprop.texts import FIRST, languages


def sources_of(folder: Path, program: str = "program") -> dict[str, str]:
    """The text of one of the programs of the lesson in this folder, by language; the English one where there is no other.

    >>> from backprop.lessons.lens import LESSONS
    >>> sources_of(LESSONS / "xor")["zh"].splitlines()[13]
    'eta = 0.5  # 学习率'
    """
    english = folder / f"{program}.py"
    files = {lang: english if lang == FIRST else folder / lang / english.name for lang in languages()}
    return {
        lang: (file if file.exists() else english).read_text(encoding="utf-8") for lang, file in files.items()
    }
