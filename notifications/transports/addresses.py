"""Which addresses of the network a letter may be carried to, asked of the very address that is then connected to."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network

from django.utils.translation import gettext as _

from notifications.transports.base import Passing, Permanent

Address = IPv4Address | IPv6Address

# Where clouds tell a machine its own secrets; nobody's receiver stands there, on an inner network neither.
METADATA = frozenset(
    ipaddress.ip_address(one) for one in ("169.254.169.254", "100.100.100.200", "168.63.129.16", "fd00:ec2::254")
)
# IPv4 within IPv6 (RFC 6052), beside what ipaddress itself unwraps.
NAT64 = IPv6Network("64:ff9b::/96")
# What stands for IPv4 in a way that only a network's own translator knows (RFC 8215), or that nobody uses any more.
UNKNOWN_IPV4 = (IPv6Network("64:ff9b:1::/48"), IPv6Network("::/96"))


@dataclass(frozen=True)
class Target:
    """One resolved address to connect to."""

    family: int
    sockaddr: tuple[str, int] | tuple[str, int, int, int]

    @property
    def address(self) -> Address:
        return ipaddress.ip_address(str(self.sockaddr[0]).split("%")[0])

    @property
    def is_public(self) -> bool:
        return is_allowed(self.address, is_private_allowed=False)


def is_allowed(address: Address, *, is_private_allowed: bool) -> bool:
    """Public ones; with `is_private_allowed` those of an inner network and of this machine, too."""
    address = unwrap(address)
    if address in METADATA or address.is_multicast or address.is_unspecified or address.is_link_local:
        return False
    if isinstance(address, IPv6Address) and not address.is_loopback and _is_odd(address):
        return False
    if address.is_global:
        return True
    return is_private_allowed and (address.is_private or _is_shared(address))


def unwrap(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, where it does."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_odd(address: IPv6Address) -> bool:
    """fec0::/10 once was an inner network, which ipaddress takes for public."""
    return address.is_site_local or any(address in network for network in UNKNOWN_IPV4)


def _is_shared(address: Address) -> bool:
    """100.64.0.0/10: neither private nor public; some government networks number themselves from it."""
    return isinstance(address, IPv4Address) and address in ipaddress.ip_network("100.64.0.0/10")


def resolve(host: str, port: int, *, is_private_allowed: bool) -> list[Target]:
    """Where the name points to now. Raises Permanent where one of the addresses is not allowed, Passing where none is known."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as exc:
        raise Passing(_("找不到主机 %(host)s") % {"host": host[:100]}) from exc
    targets = [Target(family, sockaddr) for family, _type, _proto, _name, sockaddr in found]  # type: ignore[arg-type]
    for target in targets:
        if not is_allowed(target.address, is_private_allowed=is_private_allowed):
            raise Permanent(
                _("不向内网、本机或云主机元数据地址发送（%(host)s 指向 %(address)s）")
                % {"host": host[:100], "address": target.address}
            )
    return targets
