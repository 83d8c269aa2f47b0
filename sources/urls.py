"""Addresses: the form in which one is fetched, and the canonical form by which one article is known once."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit, urlunsplit

from sources.errors import UrlError

MAX_URL_LENGTH = 2048  # what every browser and server accepts

_DEFAULT_PORTS = {"http": 80, "https": 443}
# Parameters that say where a reader came from, never which article it is (names as mail tools, networks and
# audience meters document them).
_TRACKING = re.compile(
    r"(?:utm_|at_|mtm_|pk_|piwik_|hsa_|oly_|vero_|_?_hs|ns_|xto|xtref).*"
    r"|(?:fb|g|d|ms|y|tw|tt|dc|sc)clid|msclkid|srsltid|li_fat_id|epik|rdt_cid|_openstat|ncid|echobox|gclsrc|[gw]braid|igshid|mc_[ce]id|mkt_tok|s_cid|ito|wt_mc|wtrid|cmpid|smid|smtyp"
    r"|sr_share|share_id|feature_id|origin_share|ref_(?:src|url)|guccounter|guce_referrer(?:_sig)?|_g[al]|spm|trk"
    r"|trkcampaign|xts|amp|amp_(?:js_v|gsa|latest_update_time)|usqp|wpamp|noamp|__twitter_impression"
)
_MOBILE_LABELS = frozenset({"m", "mobile", "amp", "mobi"})
_UNRESERVED = "-._~"
_PATH_SAFE = _UNRESERVED + "/!$&'()*+,;=:@"
_QUERY_SAFE = _PATH_SAFE + "?"
_AMP_CACHE = re.compile(r"^/(?:amp/|[cv]/)(s/)?([^/]+\.[^/]+(?:/.*)?)$")


def clean_url(url: str) -> str:
    """The address as it is to be fetched: ASCII, lower-case host, no fragment, dots of the path resolved.

    Raises:
        UrlError: not http(s), no host, a user name in it, a port that is none, or over `MAX_URL_LENGTH`.
    """
    return urlunsplit(_parts(url))


def canonical_url(url: str) -> str:
    """The one form by which an article is known, whichever way its address was written. Idempotent.

    On top of `clean_url`: `https` for both schemes on their default ports, tracking parameters dropped and the
    others sorted, no trailing slash except for the root, AMP and mobile addresses folded onto the main ones
    (`m.outlet.fr` becomes `www.outlet.fr`).

    Raises:
        UrlError: as `clean_url`.
    """
    parts = _unwrapped(_parts(url))
    host, port = _main_host(parts.hostname or ""), parts.port
    netloc = f"[{host}]" if ":" in host else host
    scheme = parts.scheme if port else "https"
    path = _without_amp(parts.path)
    query = _kept_parameters(parts.query)
    return urlunsplit((scheme, f"{netloc}:{port}" if port else netloc, path, query, ""))


def absolute_url(base: str, link: str) -> str:
    """`link` as found in a document at `base`, made absolute and clean.

    Raises:
        UrlError: the result is not an address that can be fetched (`javascript:`, `mailto:`, empty…).
    """
    link = _squeezed(link)
    if not link:
        raise UrlError("lien vide")
    try:
        joined = urljoin(base, link)
    except ValueError as error:
        raise UrlError(f"pas une adresse : {link[:100]!r}") from error
    return clean_url(joined)


def host_of(url: str) -> str:
    """Whom to be polite with: the host, and the port unless it is a default one (`http` and `https` are one host).

    Raises:
        UrlError: as `clean_url`.
    """
    return _parts(url).netloc


def _parts(url: str) -> SplitResult:
    url = _squeezed(url)
    if len(url) > MAX_URL_LENGTH:
        raise UrlError(f"adresse de plus de {MAX_URL_LENGTH} caractères : {url[:80]!r}…")
    try:
        parts = urlsplit(url)
        port = parts.port
        host = _ascii_host(parts.hostname or "")
    except ValueError as error:
        raise UrlError(f"pas une adresse : {url[:100]!r} ({error})") from error
    if parts.scheme not in _DEFAULT_PORTS:
        raise UrlError(f"pas une adresse http(s) : {url[:100]!r}")
    if not host:
        raise UrlError(f"pas de nom d'hôte dans {url[:100]!r}")
    if parts.username is not None or parts.password is not None:
        raise UrlError(f"un nom d'utilisateur dans l'adresse de {host!r} est refusé")
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != _DEFAULT_PORTS[parts.scheme]:
        netloc += f":{port}"
    clean = SplitResult(
        parts.scheme, netloc, _resolved(_recoded(parts.path, _PATH_SAFE)), _recoded(parts.query, _QUERY_SAFE), ""
    )
    if len(urlunsplit(clean)) > MAX_URL_LENGTH:
        raise UrlError(f"adresse de plus de {MAX_URL_LENGTH} caractères : {url[:80]!r}…")
    return clean


def _squeezed(url: str) -> str:
    """Without the white space and control characters that feeds wrap addresses in."""
    return re.sub(r"[\x00-\x1f\x7f]+", "", url).strip()


def _ascii_host(host: str) -> str:
    host = host.rstrip(".").lower()
    if not host.isascii():
        host = host.encode("idna").decode("ascii")
    is_ipv6 = ":" in host
    if host and not is_ipv6 and (len(host) > 253 or not re.fullmatch(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*", host)):
        raise ValueError("no such host can exist")
    if is_ipv6 and not re.fullmatch(r"[0-9a-f:.]+", host):
        raise ValueError("no such host can exist")
    return host


def _recoded(text: str, safe: str) -> str:
    """One spelling of percent-encoding: needless escapes undone, everything else in upper-case hex."""
    pieces = re.split(r"(%[0-9A-Fa-f]{2})", text)
    for i, piece in enumerate(pieces):
        if i % 2:
            character = unquote(piece)
            kept = len(character) == 1 and character.isascii() and (character.isalnum() or character in _UNRESERVED)
            pieces[i] = character if kept else piece.upper()
        else:
            pieces[i] = quote(piece, safe=safe)
    return "".join(pieces)


def _resolved(path: str) -> str:
    """Path with `.` and `..` resolved, as RFC 3986 section 5.2.4 does; at least `/`."""
    out: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del out[-1:]
        elif segment != ".":
            out.append(segment)
    if segments and segments[-1] in (".", ".."):
        out.append("")
    return "/" + "/".join(out)


def _unwrapped(parts: SplitResult) -> SplitResult:
    """The publisher's own address, when this one is a copy in a search engine's AMP cache."""
    host = parts.hostname or ""
    cached = _AMP_CACHE.match(parts.path)
    is_cache = host.endswith(".cdn.ampproject.org") or (host == "www.google.com" and parts.path.startswith("/amp/"))
    if not (cached and is_cache):
        return parts
    inner = f"http{'s' if cached[1] else ''}://{cached[2]}" + (f"?{parts.query}" if parts.query else "")
    try:
        return _unwrapped(_parts(inner))
    except UrlError:
        return parts


def _main_host(host: str) -> str:
    first, _, rest = host.partition(".")
    while first in _MOBILE_LABELS and "." in rest:
        host = rest if rest.startswith("www.") or rest.count(".") > 1 else f"www.{rest}"
        first, _, rest = host.partition(".")
    return host


def _without_amp(path: str) -> str:
    before = None
    while before != path:
        before = path
        path = re.sub(r"^/amp(?=/.)", "", path)
        path = re.sub(r"\.amp(?=\.html?$)|\.amp$|/amp\.html?$|-amp(?=\.html?$)", "", path).rstrip("/")
        path = path.removesuffix("/amp")
    return path or "/"


def _kept_parameters(query: str) -> str:
    kept = [pair for pair in query.split("&") if pair and not _is_tracking(pair)]
    return "&".join(sorted(kept, key=lambda pair: pair.partition("=")[0]))


def _is_tracking(pair: str) -> bool:
    return pair.lower() == "outputtype=amp" or bool(_TRACKING.fullmatch(pair.partition("=")[0].lower()))
