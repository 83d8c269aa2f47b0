"""Archives: the past as a stream of pages and texts, cut into parts that can be read one by one, in any order.

Every kind of archive is an `ArchiveSource` (`sources.archives.values`); `open_archive` makes one from `KIND:WHERE`.
May touch: files, and the polite client of this room. Knows nothing of the database.
"""
