"""The tables behind the dashboard's filters and search; migration 0007 makes them, `storage.browse_index` fills them.

They repeat what deals and articles hold in a form that an index can look up, and may be made anew at any time.
"""

from __future__ import annotations

from typing import Literal

from sqlalchemy import column, table

Role = Literal["company", "investor", "lead", "outlet"]

NAMES = table("browse_name", column("role"), column("key"), column("deal_id"), column("name"))
WORDS = table("browse_words", column("id"), column("deal_id"), column("words"))
