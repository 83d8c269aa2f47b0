"""Reading a body as it streams in: inflated by ourselves, so that a small answer cannot fill the memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from sources.errors import FetchError
from sources.values import Reason

ACCEPT_ENCODING = "gzip, deflate"

_PIECE = 65_536
_OVERHEAD = 131_072  # what packing may add to a body at its limit, and the last chunk
_GZIP, _ZLIB, _RAW = 31, 15, -15  # zlib's window sizes, which also tell it the wrapping


def read_body(chunks: Iterable[bytes], encoding: str, limit: int) -> tuple[bytes, bool]:
    """The body, inflated, up to `limit` bytes.

    Args:
        chunks: the body as it comes from the wire.
        encoding: the `Content-Encoding` header, or "".
        limit: bytes after inflation; never much more than this is held.

    Returns:
        The bytes, and whether that is all: False when the limit was reached first.

    Raises:
        FetchError: `bad_encoding`: an encoding that was not offered, or bytes that are not what they are said to be.
    """
    parts: list[bytes] = []
    size = 0
    for piece in _inflated(_bounded(chunks, limit), encoding.strip().lower()):
        parts.append(piece[: limit - size])
        size += len(piece)
        if size > limit:
            return b"".join(parts), False
    return b"".join(parts), True


def _bounded(chunks: Iterable[bytes], limit: int) -> Iterator[bytes]:
    """What comes from the wire, up to a little over `limit`: some streams inflate to nothing, for ever."""
    came = 0
    for chunk in chunks:
        came += len(chunk)
        if came > limit + _OVERHEAD:
            raise FetchError(Reason.TOO_LARGE, f"plus de {limit} octets reçus")
        yield chunk


def _inflated(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    if encoding in ("", "identity"):
        yield from chunks
    elif encoding in ("gzip", "x-gzip", "deflate"):
        try:
            yield from _unpacked(chunks, encoding)
        except zlib.error as error:
            raise FetchError(Reason.BAD_ENCODING, f"la réponse n'est pas du {encoding} valable ({error})") from error
    else:
        raise FetchError(Reason.BAD_ENCODING, f"réponse en {encoding[:40]!r}, que nous n'avions pas demandé")


def _unpacked(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    inflater = None
    plain = False
    for chunk in filter(None, chunks):
        if inflater is None and not plain:
            window = _window(chunk, encoding)
            plain, inflater = window is None, zlib.decompressobj(window or _GZIP)
        if plain or inflater is None:
            yield chunk
            continue
        while chunk:
            yield inflater.decompress(chunk, _PIECE)
            chunk = inflater.unconsumed_tail
            if inflater.eof:  # several gzip members may follow each other; anything else after the end is padding
                chunk = inflater.unused_data
                if chunk[:2] != b"\x1f\x8b":
                    return
                inflater = zlib.decompressobj(_GZIP)
    if inflater is not None and not plain:
        yield inflater.flush()


def _window(first: bytes, encoding: str) -> int | None:
    """How the stream is wrapped, judged by its first bytes; None when it is not compressed whatever was said."""
    if encoding != "deflate":
        return _GZIP if first[:1] == b"\x1f" else None
    return _ZLIB if first[:1] == b"\x78" else _RAW
