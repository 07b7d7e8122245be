"""Addresses of people where others read them."""

from __future__ import annotations


def mask(address: str) -> str:
    """Enough to know it again: z***@example.cn, 138****0000; nothing of nothing."""
    if not address:
        return ""
    name, at, host = address.partition("@")
    if at:
        return f"{name[:1]}***@{host}"
    if address.lstrip("+").isdigit() and len(address) >= 7:
        return f"{address[:3]}****{address[-4:]}"
    return f"{address[:2]}***"
