"""One plain form of a text, character for character, so that offsets found in it hold in the original."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_APOSTROPHES = "’‘ʼʹ′＇`´ʻ‛"
_QUOTES = "«»“”„‟″＂"
_SPACES = (
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t\u000b\u000c\r"
    "\u001c\u001d\u001e\u001f"
)
_BREAKS = "\u0085\u2028\u2029"
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2066\u2067\u2068\u2069\ufeff"
_DASHES = "‐‑‒–—―−﹣－"

_PLAIN = {
    **dict.fromkeys(_APOSTROPHES, "'"),
    **dict.fromkeys(_QUOTES, '"'),
    **dict.fromkeys(_SPACES + _INVISIBLE, " "),
    **dict.fromkeys(_BREAKS, "\n"),
    **dict.fromkeys(_DASHES, "-"),
    "＄": "$",
}
# Signs whose UTF-8 bytes may have been read as Windows-1252. They can be mended by padding with spaces; letters
# cannot, see `tolerant`. The sign stands last, except the apostrophe, which must stay at its letter.
_SIGNS = {
    "’": "'",
    "‘": "'",
    "“": '"',
    "”": '"',
    "–": "-",
    "—": "-",
    "…": ".",
    "€": "€",
    "£": "£",
    "°": "°",
    "«": '"',
    "»": '"',
}
_BLANKS = "\u00a0\u202f\u2009\u00ad"


def _misread(sign: str) -> str:
    return "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in sign.encode())


_MISREAD = {
    **{_misread(sign): mended.rjust(len(_misread(sign))) for sign, mended in _SIGNS.items()},
    **{_misread(sign): "'".ljust(len(_misread(sign))) for sign in "’‘"},
    **{_misread(blank): " " * len(_misread(blank)) for blank in _BLANKS},
}
# "48 ME", "1,2 MdsE": the dispatches of stock exchanges write the euro as a letter.
_EURO_LETTER = re.compile(r"(?<=\d)( ?(?:[Mk]|Mds?))E(?!\w)")
_RUN = re.compile(r"[a-z]+")
_MISREAD_PATTERN = re.compile("|".join(map(re.escape, _MISREAD)))


@lru_cache(maxsize=16)
def normalise(text: str) -> str:
    """The same text with typographic twins made plain; `len(normalise(text)) == len(text)` always.

    Apostrophes and quotes become `'` and `"`, every kind of space but the newline a plain space, dashes `-`,
    invisible characters (soft hyphen, zero width) a space, misread punctuation (`â€™`, `â‚¬`, `Â `) the plain sign
    and spaces, the letter of "48 ME" the euro's sign. Words cut by a line end are joined, and what parted them stands
    behind. Letters keep their accents.
    Idempotent.
    """
    if "â" in text or "Â" in text:
        text = _MISREAD_PATTERN.sub(_mended, text)
    text = _replaced(text, _PLAIN)
    text = text.replace("Â ", "  ") if "Â" in text else text
    if any(unit in text for unit in ("ME", "dE", "sE", "kE")):
        text = _EURO_LETTER.sub(r"\1€", text)
    return _HYPHENATED.sub(_rejoined, text) if "- " in text or "-\n" in text else text


@lru_cache(maxsize=16)
def fold(text: str) -> str:
    """The text without accents, one character for one, capitals kept: `é` → `e`, `œ` → `o`. Idempotent."""
    return _replaced(text, _FOLDED)


@lru_cache(maxsize=16)
def plain(text: str) -> str:
    """`normalise`, `fold` and lower case together: what the patterns of this layer are matched against."""
    return fold(normalise(text)).lower()


@lru_cache(maxsize=16)
def letter_runs(flat: str) -> frozenset[str]:
    """The runs of letters of a `plain` text: what cannot be there need not be searched for."""
    return frozenset(_RUN.findall(flat))


def longest_run(phrase: str) -> str:
    """The longest run of letters of a plain phrase; it is among `letter_runs` where the phrase stands by itself."""
    return max(_RUN.findall(phrase), key=len, default="")


def tolerant(phrase: str) -> str:
    """A regular expression for `phrase` on `plain` text, true also of damaged text.

    An accented letter may have lost its accent, be lost, be a replacement character, or be two characters
    (UTF-8 misread, `Ã©`); a space may be several or a newline.
    """
    parts = []
    for letter in normalise(phrase).lower():
        base = fold(letter)
        if base != letter:
            parts.append(rf"(?:{re.escape(base)}|a[^\w\s]|[?\ufffd])?")
        elif letter == " ":
            parts.append(r"\s+")
        else:
            parts.append(re.escape(letter))
    return "".join(parts)


def damaged_forms(phrase: str) -> set[str]:
    """The `plain` forms that `phrase` may have in damaged text: accents lost, letters lost or replaced, UTF-8 misread,
    apostrophes lost. For looking up in a set where `tolerant` would have to search.
    """
    whole = normalise(phrase).lower()
    forms = {fold(whole)}
    for stand_in in ("", "?", "\ufffd"):
        forms.add("".join(letter if fold(letter) == letter else stand_in for letter in whole))
    forms.add(plain(whole.encode().decode("cp1252", errors="ignore")))
    forms |= {form.replace("'", "") for form in forms}
    return {" ".join(form.split()) for form in forms}


# A word that a scanned or printed line has cut: "mil- lions", "investisse-\nment"; not "pré- et post-".
_HYPHENATED = re.compile(r"(?<=[^\W\d_])-([ \n]+)(?!(?:et|ou|à|a)\b)(?=[a-zàâçéèêëîïôûùüœ])([^\W\d_]+)")


def _rejoined(match: re.Match[str]) -> str:
    """The end of the word moved to its beginning, what parted them behind it."""
    return match.group(2) + " " + match.group(1).replace("\n", " ")


def _mended(match: re.Match[str]) -> str:
    return _MISREAD[match.group()]


def _replaced(text: str, table: dict[str, str]) -> str:
    # Five times faster than str.translate: an article has some eighty distinct letters, few of them in the table.
    for letter in table.keys() & set(text):
        text = text.replace(letter, table[letter])
    return text


def _folded_letters() -> dict[str, str]:
    """Latin letters (Latin-1 to Latin Extended Additional) to their ASCII base, by canonical decomposition."""
    table = dict(zip("œŒæÆøØłŁđĐßẞıðÐ\u212a\u212b", "oOaAoOlLdDsSidDKA", strict=True))
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base.isascii() and base.isalpha():
            table.setdefault(chr(code), base)
    return table


_FOLDED = _folded_letters()
