"""building/environment.py: build.py starts itself again with the Python in .venv, once."""

import sys
from pathlib import Path

import pytest

from building import environment


def test_a_linked_venv_is_recognised_as_the_one_in_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else build.py started itself again without end."""
    linked = tmp_path / ".venv"
    linked.symlink_to(sys.prefix, target_is_directory=True)
    monkeypatch.setattr(environment, "VENV", linked)
    monkeypatch.setattr(environment, "node_modules", lambda: None)
    monkeypatch.setattr(environment, "python_packages", lambda: pytest.fail("started again"))

    environment.set_up()
