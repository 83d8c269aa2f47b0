"""Texts whose lines are cut at a width (scans, plain mails, PDFs): their line ends are blanks, not paragraphs."""

from __future__ import annotations

# So many lines must go on in the next one, and such a share of all, for the line ends to be those of a width.
FEWEST, SHARE = 3, 0.3
# Shorter lines are those of a list or a table.
_SHORTEST = 24
# A line that is this much shorter than the width ends a paragraph.
_FULL = 0.75
_ENDS = tuple('.!?…:;)"')


def unwrapped(text: str) -> str:
    """The text with a blank in place of each line end that only a width asked for; as long as before.

    Args:
        text: normalised; longer lines than the press's columns, or lists, are left as they are.
    """
    if text.count("\n") < FEWEST:
        return text
    lines = text.split("\n")
    breaks = [at for at in range(len(lines) - 1) if lines[at].strip() and lines[at + 1].strip()]
    going_on = [at for at in breaks if _goes_on(lines[at], lines[at + 1])]
    lengths = sorted(len(lines[at]) for at in going_on)
    if len(lengths) < max(FEWEST, SHARE * len(breaks)) or lengths[len(lengths) // 2] < _SHORTEST:
        return text
    # Lines that ended within a word are longer by now: the shorter ones show the width.
    width = lengths[len(lengths) // 4]
    joined = set(going_on)
    joined.update(at for at in breaks if _FULL * width <= len(lines[at]) <= 2 * lengths[-1])
    parts: list[str] = []
    for at, line in enumerate(lines):
        parts += [line, " " if at in joined else "\n"]
    return "".join(parts[:-1])


def _goes_on(line: str, following: str) -> bool:
    """Whether a sentence is under way at the end of a line."""
    return not line.rstrip().endswith(_ENDS) and following.lstrip()[:1].islower()
