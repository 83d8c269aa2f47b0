"""Every reason that the tables count by has French words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sources.values import Reason
from storage.reports import TEXT_REASONS
from terminal.reasons import counted, in_french

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("reason", [*(reason.value for reason in Reason), *sorted(TEXT_REASONS)])
def test_reasons_of_feeds_and_pages(reason: str) -> None:
    assert in_french(reason) != reason


def test_reasons_of_entries_and_items() -> None:
    """Found in the source, since they are plain words there."""
    source = "".join(path.read_text() for path in (ROOT / "sources" / "feeds").glob("*.py"))
    found = set(re.findall(r"\"((?:no|bad|future|relative)_[a-z]+)\"", source))
    found |= set(re.findall(r"SetAside\([a-z.]+, \"([a-z_]+)\"", source))
    assert {"no_date", "relative_link", "no_link", "unreadable", "too_many_entries"} <= found
    assert [reason for reason in found if in_french(reason) == reason] == []


def test_unknown_and_none() -> None:
    assert (in_french("gremlins"), in_french(None)) == ("gremlins", "")


def test_the_most_frequent_first() -> None:
    assert counted({}) == ""
    assert counted({"no_date": 1, "relative_link": 13}) == " (lien relatif 13, sans date 1)"
