"""Where documents come from: the polite HTTP client, feeds, pages, and (later) archives.

Yields `Entry`, `Page` and `FeedResult` values. Knows no database and no language processing.
May touch: the network and local files. Expected failures are values in the result, not exceptions.
"""
