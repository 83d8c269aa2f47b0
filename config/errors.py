"""The exception tree. Every error a user can meet derives from `VeilleError` and explains itself in one line."""

from __future__ import annotations

from pathlib import Path


class VeilleError(Exception):
    """Base of every error that is ours to explain; `str()` is one line for the user."""


class ConfigError(VeilleError):
    """A setting or a configuration file is wrong. Names the file, the line and what to do.

    Args:
        message: what is wrong and what is expected instead.
        file: the file at fault, or None when it comes from the environment.
        line: 1-based line in that file, or None when the whole file is meant.
    """

    def __init__(self, message: str, file: Path | None = None, line: int | None = None) -> None:
        self.message, self.file, self.line = message, file, line
        place = "" if file is None else f"{file}:{line}: " if line else f"{file}: "
        super().__init__(f"{place}{message}")
