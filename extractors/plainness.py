"""Whether a page looks like one that is read in milliseconds: what parsers crawl over is seen by its shape."""

from __future__ import annotations

import re

# Measured with trafilatura 2.3: 60,000 `<br>` take 3 s, 10,000 repeated paragraphs 5 s, one tag of 40,000 attributes
# 40 s.
# Ordinary press pages have up to 10,000 tags and 600 KB, none of them with more than a drawing's path in one tag.
_MOST_BYTES, _MOST_TAGS, _LONGEST_TAG = 1_000_000, 12_000, 8_000
_LONG_TAG = re.compile(rb"<[a-zA-Z][^<>]{%d}" % _LONGEST_TAG)


def looks_plain(html: bytes) -> bool:
    """True when nothing about the size, the number of tags and the longest of them is out of the ordinary."""
    return len(html) <= _MOST_BYTES and html.count(b"<") <= _MOST_TAGS and not _LONG_TAG.search(html)
