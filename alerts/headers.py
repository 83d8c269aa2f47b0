"""Making text of strangers safe for mail headers and for XML."""

from __future__ import annotations

import re
import unicodedata

# Everything that could end a header line or hide in one: controls, separators, direction marks.
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")


def header_text(text: str, longest: int = 180) -> str:
    """`text` on one line without control characters, lone surrogates or runs of spaces, cut at `longest`."""
    flat = _UNSAFE.sub(" ", text.encode("utf-8", "replace").decode())
    flat = re.sub(r" {2,}", " ", unicodedata.normalize("NFC", flat)).strip()
    return flat if len(flat) <= longest else flat[: longest - 1].rstrip() + "…"


def xml_text(text: str) -> str:
    """`text` without what XML 1.0 cannot hold; lines stay lines."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text.encode("utf-8", "replace").decode())
