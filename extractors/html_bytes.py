"""What the raw bytes of a page tell before any parsing: encoding, declared language, paywall mark."""

from __future__ import annotations

import codecs
import re

# Servers that say Latin-1 mean Windows-1252 (WHATWG encoding standard), which holds the euro sign and « œ ».
_ALIASES = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252"}
_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.I)
_META = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml[^>]{0,100}?encoding=[\"']([\w.:-]+)", re.I
)
_LANG = re.compile(r"<html\b[^>]{0,400}?\blang\s*=\s*[\"']?([A-Za-z]{2,3})\b", re.I)
_PAYWALL = re.compile(r"[\"']isAccessibleForFree[\"']\s*:\s*[\"']?false", re.I)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def decode_html(body: bytes, content_type: str = "") -> str:
    """Decode a page: BOM, then UTF-8 if the bytes are valid UTF-8, then header, then `<meta>`, then Windows-1252.

    Valid UTF-8 wins over any declaration: real Latin-1 French prose is practically never valid UTF-8, while pages
    that declare the wrong charset are common. Never raises: bytes that fit nothing become U+FFFD.
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body.decode(name, "replace").lstrip("\ufeff")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass  # not UTF-8: what the declarations are for
    for declared in _declared(body, content_type):
        try:
            return body.decode(declared)
        except (UnicodeDecodeError, LookupError):
            continue
    # Mostly UTF-8 with a broken byte here and there beats reading the whole page as Windows-1252.
    repaired = body.decode("utf-8", "replace")
    return repaired if repaired.count("\ufffd") * 200 < len(repaired) else body.decode("cp1252", "replace")


def declared_language(html: str) -> str | None:
    """The two-letter language of `<html lang=…>`, lower case, or None."""
    found = _LANG.search(html[:5000])
    return found.group(1).lower()[:2] if found else None


def is_paywalled(html: str) -> bool:
    """True when the page's JSON-LD says that it is not free (`isAccessibleForFree: false`, schema.org)."""
    return bool(_PAYWALL.search(html))


def _declared(body: bytes, content_type: str) -> list[str]:
    names = [found.group(1) for found in [_HEADER.search(content_type)] if found]
    meta = _META.search(body[:4096])
    if meta:
        names.append((meta.group(1) or meta.group(2)).decode("ascii", "replace"))
    return [_ALIASES.get(name.lower(), name) for name in names if name.lower() not in ("utf-8", "utf8")]
