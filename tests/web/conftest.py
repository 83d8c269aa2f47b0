"""Fixtures of the dashboard's tests; `webdesk` makes them."""

from webdesk import claire, client, deal_id, filled

__all__ = ["claire", "client", "deal_id", "filled"]
