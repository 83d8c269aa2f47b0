"""The `veille` command as a user types it."""

from __future__ import annotations

import sys

import pytest

from cli import main


def veille(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Type it; its exit code."""
    monkeypatch.setattr(sys, "argv", ["veille", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    code = ended.value.code
    return code if isinstance(code, int) else 0
