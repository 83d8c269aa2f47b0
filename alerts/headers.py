"""Making text of strangers safe for mail headers."""

from __future__ import annotations

import re
import unicodedata

# Everything that could end a header line or hide in one: controls, separators, direction marks.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")


def header_text(text: str, longest: int = 180) -> str:
    """`text` on one line without control characters, lone surrogates or runs of spaces, cut at `longest`."""
    flat = _UNSAFE.sub(" ", text.encode("utf-8", "replace").decode())
    flat = re.sub(r" {2,}", " ", unicodedata.normalize("NFC", flat)).strip()
    return flat if len(flat) <= longest else flat[: longest - 1].rstrip() + "…"
