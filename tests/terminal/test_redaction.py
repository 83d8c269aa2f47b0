"""What must not be in logs is not, in either format."""

from __future__ import annotations

import io
import json
import logging

import pytest

from terminal.logs import set_up_logging
from terminal.redaction import redacted


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("postgresql+psycopg://veille:s3cret@db/x", "postgresql+psycopg://veille:***@db/x"),
        ("mail to marie.dupont+ia@lemonde.fr refused", "mail to ***@lemonde.fr refused"),
        ("password=hunter2 token: abc", "password=*** token: ***"),
        ('{"password": "hunter2"}', '{"password": "***"}'),
        ("a\x1b[2Jb\u202ec", "a\ufffd[2Jb\ufffdc"),
        (
            "feed lemonde: fetched, 3 new, https://lemonde.fr/@x/a",
            "feed lemonde: fetched, 3 new, https://lemonde.fr/@x/a",
        ),
    ],
)
def test_lines(line: str, shown: str) -> None:
    assert redacted(line) == shown


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_both_formats(log_format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sink = io.StringIO()
    monkeypatch.setattr("sys.stderr", sink)
    set_up_logging(log_format)  # type: ignore[arg-type]
    try:
        raise ValueError("smtp://bob:pw123@mail.example.org for anna@example.org")
    except ValueError:
        logging.getLogger("veille.run").exception("to %s", "anna@example.org", extra={"to": "anna@example.org"})
    told = sink.getvalue()
    assert "ValueError" in told
    assert "anna" not in told
    assert "pw123" not in told
    if log_format == "json":
        assert json.loads(told)["level"] == "error"
