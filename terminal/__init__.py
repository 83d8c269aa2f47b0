"""What the `veille` command prints: tables, run reports, progress, log lines.

Pure rendering and terminal handling; knows `storage` values, and neither network nor database. French by default.
"""
