"""Where the installation may connect beyond the public internet: what `VEILLE_ALLOW_HOSTS` says, parsed."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_NAME = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_WITH_PORT = re.compile(r"(?P<host>\[[0-9a-f:.]+\]|[^:\[\]]+):(?P<port>[0-9]{1,5})")


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """Exceptions an operator made. A name stands for whatever it resolves to; a network for the addresses in it."""

    names: frozenset[tuple[str, int | None]] = frozenset()
    networks: tuple[tuple[Network, int | None], ...] = ()

    @classmethod
    def parse(cls, lines: Iterable[str]) -> AllowedHosts:
        """From `host`, `host:port`, an address, `address:port`, `[ipv6]:port` or a network (`10.0.0.0/8`).

        Raises:
            ValueError: a line that is none of these.
        """
        names: set[tuple[str, int | None]] = set()
        networks: list[tuple[Network, int | None]] = []
        for line in filter(None, (line.strip().lower() for line in lines)):
            host, port = _split(line)
            try:
                networks.append((ipaddress.ip_network(host.strip("[]")), port))
            except ValueError:
                # What begins like an address is a mistyped one, not a name: no top-level domain is a number.
                if not _NAME.fullmatch(host) or host.rpartition(".")[2].isdigit():
                    raise ValueError(
                        f"{line!r} n'est ni un hôte, ni hôte:port, ni un réseau (intranet.exemple, 10.0.0.0/8)"
                    ) from None
                names.add((host.rstrip("."), port))
        return cls(frozenset(names), tuple(networks))

    def names_host(self, host: str, port: int) -> bool:
        """True when the operator named this host."""
        host = host.rstrip(".").lower()
        return (host, None) in self.names or (host, port) in self.names

    def has_address(self, address: Address, port: int) -> bool:
        """True when the address lies in a network that the operator named."""
        return any(
            address.version == network.version and address in network and only in (None, port)
            for network, only in self.networks
        )


def _split(line: str) -> tuple[str, int | None]:
    found = _WITH_PORT.fullmatch(line)
    if found is None:
        return line, None
    port = int(found["port"])
    if not 0 < port < 65536:
        raise ValueError(f"{line!r} : un port va de 1 à 65535")
    return found["host"], port
