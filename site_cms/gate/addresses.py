"""Whose request is this? The client's address behind exactly the proxies we run.

Anybody can write an X-Forwarded-For header. It is read from the right, and only as
far as it was written by a proxy of ``TRUSTED_PROXIES``; what stands further left is
hearsay. Nothing in it can cause an error: what cannot be read shares one bucket.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

Address = IPv4Address | IPv6Address

# All whose address cannot be read share one bucket: rubbish is no way around a limit.
UNKNOWN = "unknown"

# One subscriber's share of IPv6: counting single addresses would count nothing.
_IPV6_PREFIX = 64

# What one provider or office is likely to hold, by version of the protocol.
_NETWORK_PREFIX = {4: 24, 6: 48}


def bucket(request: HttpRequest) -> str:
    """The key under which requests of one client are counted together."""
    address = client_address(request)
    if address is None:
        return UNKNOWN
    if address.version == 6:
        return str(ip_network((address, _IPV6_PREFIX), strict=False))
    return str(address)


def network(request: HttpRequest) -> str:
    """The neighbourhood of the client: /24 of IPv4, /48 of IPv6."""
    address = client_address(request)
    if address is None:
        return UNKNOWN
    prefix = _NETWORK_PREFIX[address.version]
    return str(ip_network((address, prefix), strict=False))


def client_address(request: HttpRequest) -> Address | None:
    """The nearest address that is not a proxy of ours, or None if it cannot be read.

    Read once for a request: each of its limits and signals asks.
    """
    if not hasattr(request, "client_address"):
        request.client_address = _client_address(request)
    return request.client_address


def _client_address(request: HttpRequest) -> Address | None:
    address = _parse(request.META.get("REMOTE_ADDR", ""))
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while address is not None and _is_trusted(address) and forwarded:
        hop = forwarded.pop().strip()
        if hop:
            address = _parse(hop)
    return address


def _is_trusted(address: Address) -> bool:
    return any(address in network for network in settings.TRUSTED_PROXIES)


def _parse(text: str) -> Address | None:
    """Read ``1.2.3.4``, ``1.2.3.4:80``, ``::1``, ``[::1]:80`` and their mapped forms."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
