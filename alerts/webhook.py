"""A webhook: the message as JSON, signed, so that the receiver can tell that it is ours and whole.

`X-Veille-Signature: sha256=…` is the HMAC-SHA-256 of the timestamp header, a full stop and the body. A message that is
sent again has the same body and `Idempotency-Key`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from alerts.channels import Outgoing, Refusal
from alerts.delivery import PermanentDeliveryError, TemporaryDeliveryError
from storage.encoding import change_out
from storage.queries import deal_json
from storage.values import DealNotice

# What no repetition makes better; other refusals are for the operator to mend, and are tried again until then.
_FOR_GOOD = frozenset({400, 413, 415, 422})


@dataclass(frozen=True, slots=True)
class WebhookChannel:
    """POSTs to each address. `addresses` maps the name of a recipient to its URL, which may hold a secret."""

    addresses: Mapping[str, str] = field(repr=False)
    secret: bytes = field(repr=False)
    timeout: float = 20.0
    clock: Callable[[], float] = time.time

    @property
    def recipients(self) -> tuple[str, ...]:
        """The names of the addresses."""
        return tuple(self.addresses)

    def deliver(self, outgoing: Outgoing, to: Sequence[str]) -> dict[str, Refusal]:
        """See `Channel`."""
        body = json.dumps(payload(outgoing), ensure_ascii=False, sort_keys=True).encode()
        refused: dict[str, Refusal] = {}
        # No redirects: a signed body goes where it was meant to go, or nowhere.
        with httpx.Client(timeout=self.timeout, follow_redirects=False, trust_env=False) as client:
            for name in to:
                said = self._post(client, self.addresses[name], body, outgoing.delivery.message_id)
                if said is not None:
                    refused[name] = said
        return checked(refused, to)

    def _post(self, client: httpx.Client, url: str, body: bytes, message_id: str) -> Refusal | None:
        stamp = str(int(self.clock()))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "VeilleIA/0.1",
            "Idempotency-Key": message_id,
            "X-Veille-Timestamp": stamp,
            "X-Veille-Signature": signature(self.secret, stamp, body),
        }
        try:
            with client.stream("POST", url, content=body, headers=headers) as answer:  # its body is nothing to us
                status = answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Refusal(str(error) or type(error).__name__, transient=True)
        if 200 <= status < 300:
            return None
        return Refusal(f"HTTP {status}", transient=status not in _FOR_GOOD)


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    """The value of `X-Veille-Signature`."""
    return "sha256=" + hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def payload(outgoing: Outgoing) -> dict[str, Any]:
    """The message as plain values."""
    delivery = outgoing.delivery
    return {
        "id": delivery.message_id.strip("<>"),
        "watch": outgoing.watch.id,
        "created_at": delivery.created_at.isoformat(),
        "subject": outgoing.mail.subject,
        "note": dict(delivery.note) if delivery.note is not None else None,
        "deals": [_notice(notice) for notice in delivery.notices],
    }


def checked(refused: dict[str, Refusal], to: Sequence[str]) -> dict[str, Refusal]:
    """The refusals of some; of all they are an error."""
    if len(refused) < len(to):
        return refused
    told = " ; ".join(f"{name} : {refusal.said}" for name, refusal in refused.items())
    if any(refusal.transient for refusal in refused.values()):
        raise TemporaryDeliveryError(told)
    raise PermanentDeliveryError(told)


def _notice(notice: DealNotice) -> dict[str, Any]:
    euros = notice.deal.amount_eur
    return {
        **deal_json(notice.deal),
        "event": notice.event,
        "changes": [change_out(change) for change in notice.changes],
        "amount_eur": {"value": str(euros.value), "rate_day": euros.day.isoformat()} if euros else None,
        "quotes": [{"outlet": one.outlet, "text": one.quote} for one in notice.deal.mentions if one.quote],
    }
