"""Which addresses are the public internet. What is not may be the operator's own network: nobody is led there."""

from __future__ import annotations

import ipaddress

from config.reach import Address, AllowedHosts
from sources.errors import FetchError
from sources.values import Reason

USUAL_PORTS = frozenset({80, 443})

# The IANA special-purpose registry of IPv4, written out: `ipaddress.is_global` lets through multicast, 192.0.0.8 and,
# by version, others (seen with 3.11.7). The last is Azure's platform address, which is public by number only.
_NOT_PUBLIC = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "168.63.129.16/32",
        ),
    )
)
# All that IANA ever gave out as global unicast; everything else (loopback, ULA, link-local, multicast…) is not public.
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
# Inside it: protocol assignments with Teredo, documentation (RFC 3849, RFC 9637), 6to4, the former 6bone.
_NOT_PUBLIC_6 = tuple(map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3ffe::/16", "3fff::/20")))
# Where a gateway translates to IPv4 (RFC 6052): judged by the address inside, as an IPv6-only machine needs it.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_ISATAP = (0x00005EFE, 0x02005EFE)  # RFC 5214: an IPv4 address in the last four bytes, behind these


def is_public(address: Address) -> bool:
    """True for an address that anybody on the internet could connect to."""
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC)
    if address in _NAT64:
        return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    if address not in _GLOBAL_UNICAST or any(address in network for network in _NOT_PUBLIC_6):
        return False
    return int(address) >> 32 & 0xFFFFFFFF not in _ISATAP


def checked_address(text: str, host: str, port: int, allowed: AllowedHosts) -> Address:
    """The address that `text`, an answer of the resolver for `host`, writes, when one may connect to it.

    Raises:
        FetchError: `address`: not public, or not one of the usual ports, and not among the operator's exceptions.
    """
    try:
        address: Address = ipaddress.ip_address(text)
    except ValueError as error:  # an interface in it ("%eth0"), which no public address has
        raise FetchError(Reason.ADDRESS, f"{host} : {text[:60]!r} n'est pas une adresse publique") from error
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if allowed.names_host(host, port) or allowed.has_address(address, port):
        return address
    if not is_public(address):
        raise FetchError(Reason.ADDRESS, f"{host} mène à {address}, hors de l'internet public (VEILLE_ALLOW_HOSTS)")
    if port not in USUAL_PORTS:
        raise FetchError(Reason.ADDRESS, f"{host} : le port {port} n'est ni 80 ni 443 (VEILLE_ALLOW_HOSTS)")
    return address
