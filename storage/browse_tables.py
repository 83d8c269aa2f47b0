"""The tables behind the dashboard's filters, figures and search, which `storage.browse_index` fills.

They repeat what deals and articles hold in a form that an index can look up, and may be made anew at any time.
"""

from __future__ import annotations

from typing import Literal

from sqlalchemy import column, table

Role = Literal["company", "investor", "lead", "outlet"]

NAMES = table("browse_name", column("role"), column("key"), column("deal_id"), column("name"))
WORDS = table("browse_words", column("id"), column("deal_id"), column("words"))
DEALS = table("browse_deal", column("deal_id"), column("version"), column("country"))
RULES = table("browse_rule", column("rule"), column("deal_id"), column("mentions"))
