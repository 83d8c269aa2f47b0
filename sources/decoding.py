"""From bytes to text, whatever the bytes are said to be: strangers' declarations are hints, the bytes decide."""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Single-byte encodings that are named when Windows-1252 is meant (WHATWG's encoding standard has the same list).
_SAID_FOR_CP1252 = {"ascii", "iso8859-1"}
_STRAY_BYTE = re.compile("[\udc80-\udcff]")
_VALID_SEQUENCE = re.compile("[^\x00-\x7f\udc80-\udcff]")
_AS_CP1252 = {
    0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0x100)
}  # how "surrogateescape" marks a stray byte → the character it is in Windows-1252


def decode(body: bytes, declared: tuple[str | None, ...] = ()) -> str:
    """The text of `body`.

    A byte order mark wins; then UTF-8 where the bytes are UTF-8 (accented French in a single-byte encoding never
    is by chance); then the first declared encoding that fits; then Windows-1252. A text that is UTF-8 but for a few
    stray bytes has only those mended.

    Args:
        body: any bytes.
        declared: names from the header, the XML prolog…, best first; unknown names and None are passed over.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body.decode(encoding, "replace").removeprefix("\ufeff")
    if body[:4] in (b"<\x00?\x00", b"\x00<\x00?"):
        return body.decode("utf-16-le" if body[0] else "utf-16-be", "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    mended = body.decode("utf-8", "surrogateescape")
    stray, valid = len(_STRAY_BYTE.findall(mended)), len(_VALID_SEQUENCE.findall(mended))
    if stray < valid:
        return mended.translate(_AS_CP1252)
    for name in declared:
        said = _decoded_as(body, name)
        if said is not None:
            return said
    return body.decode("cp1252", "replace")


def charset_of(content_type: str) -> str | None:
    """The `charset` parameter of a `Content-Type` header."""
    found = re.search(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", content_type[:500], re.IGNORECASE)
    return found[1] if found else None


def _decoded_as(body: bytes, name: str | None) -> str | None:
    try:
        codec = codecs.lookup(name or "").name
        # UTF-8 has failed already; UTF-16 without a mark or a zero byte is a wrong declaration.
        if codec.startswith("utf") or codec in _SAID_FOR_CP1252:
            return None
        text = codecs.decode(body, codec)
    except (LookupError, ValueError):
        return None
    return text if isinstance(text, str) else None
