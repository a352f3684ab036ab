"""Files of a test go to a folder of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def files_lie_apart(settings: Any, tmp_path: Path) -> Path:
    """The folder of files of this test."""
    settings.EVIDENCE_DIR = str(tmp_path / "documents")
    return tmp_path / "documents"
