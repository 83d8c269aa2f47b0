"""What a page or the API refuses, as exceptions that `web.app` turns into answers."""

from __future__ import annotations


class WebError(Exception):
    """Answered with `status`, in the words of the key `says`."""

    status = 400
    says = "refused"


class NotFound(WebError):
    """There is nothing at this address."""

    status = 404
    says = "not_found_says"


class SignInFirst(WebError):
    """Only for people who are signed in."""

    status = 401
    says = "must_sign_in"


class StaleForm(WebError):
    """A form that does not come from our page, or not from this session."""

    status = 403
    says = "csrf"


class TooMany(WebError):
    """More requests than a person makes."""

    status = 429
    says = "too_many"
