"""Log lines without what must not be in them: passwords in addresses, mail addresses, control characters."""

from __future__ import annotations

import logging
import re

# Bounded everywhere: a log line may hold a title of a stranger's making.
_PASSWORD = re.compile(r"(?<=://)([^/\s:@]{0,100}):[^/\s@]{1,200}@")
_MAIL = re.compile(r"(?<![\w.+%/@-])[\w.+%-]{1,64}@(?=[\w-]{1,63}(?:\.[\w-]{1,63})+)")
_SECRET = re.compile(r"(?i)\b(password|passwd|secret|token|api_?key|authorization)(\"?\s*[=:]\s*\"?)[^\s\"',;&]{1,200}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def redacted(line: str) -> str:
    """The line with passwords and the names in mail addresses starred out, and nothing that moves a cursor."""
    line = _PASSWORD.sub(r"\1:***@", line)
    line = _SECRET.sub(r"\1\2***", line)
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", _MAIL.sub("***@", line))


class Redacting(logging.Formatter):
    """Another formatter's lines, redacted."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        """One record as text, exception included."""
        return redacted(self._inner.format(record))
