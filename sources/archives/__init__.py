"""Where the past comes from: each source yields pages or texts as a stream, named `KIND:WHERE` on the command line.

A source knows no database and no language processing; what is wrong with one item is a value in the stream.
"""

from __future__ import annotations

from sources.archives.base import Source, open_source

__all__ = ["Source", "open_source"]
