"""How an endpoint is reached: through which proxy, with which certificates. The one place that opens httpx2's client.

What the environment says of proxies and certificates may be wrong; that is told in words, and an endpoint on this
machine needs neither.
"""

import functools
import importlib.util
import ipaddress
import ssl
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx2

OPENAI = "https://api.openai.com/v1"
_PROXIES = ("http", "https", *(("socks5", "socks5h") if importlib.util.find_spec("socksio") else ()))


class NoRoute(Exception):
    """The endpoint cannot be tried at all; the message, which names the remedy, ends a sentence about it."""


def open_http(
    url: str, *, timeout: httpx2.Timeout, hooks: Mapping[str, Sequence[Callable[..., Any]]] | None = None
) -> httpx2.Client:
    """Returns a client for one address; it follows no redirects.

    Raises NoRoute: the address, the proxy or the certificates cannot be used.
    """
    options: dict[str, Any] = {"timeout": timeout, "trust_env": False, "follow_redirects": False}
    if hooks:
        options["event_hooks"] = {name: list(found) for name, found in hooks.items()}
    proxy, verify = way_to(url)
    try:
        return httpx2.Client(proxy=proxy, verify=verify, **options)
    except (ValueError, ImportError, httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise _unusable(proxy) from error


def way_to(url: str) -> tuple[str | None, ssl.SSLContext | bool]:
    """Returns the proxy by which an address is reached, if any, and what its certificate is held against.

    Raises NoRoute: the address, the proxy or the certificates cannot be used.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NoRoute(f"has no proper address ({url}): set OPENAI_BASE_URL to one that begins with http:// or https://")
    proxy = _proxy(parts.scheme, parts.hostname)
    if proxy and urlsplit(proxy).scheme not in _PROXIES:
        raise _unusable(proxy)
    is_safe = "https" in (parts.scheme, urlsplit(proxy or "").scheme)
    return proxy, _certificates() if is_safe else False


def is_here(host: str) -> bool:
    """Tells whether a host is this machine, by its name or its address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _proxy(scheme: str, host: str) -> str | None:
    """The proxy that the environment or the system names for a host, in the spelling that httpx2 knows."""
    if is_here(host) or urllib.request.proxy_bypass(host):
        return None
    found = urllib.request.getproxies()
    proxy = found.get(scheme) or found.get("all")
    if proxy and "://" not in proxy:
        return f"http://{proxy}"
    return proxy.replace("socks://", "socks5://", 1) if proxy else None


def _unusable(proxy: str | None) -> NoRoute:
    return NoRoute(f"is behind a proxy that cannot be used ({proxy}): set HTTPS_PROXY to http://HOST:PORT")


@functools.cache
def _certificates() -> ssl.SSLContext:
    try:
        return httpx2.create_ssl_context()
    except (OSError, ValueError) as error:
        raise NoRoute(
            "cannot be reached safely, for its certificates are not there: "
            f"set SSL_CERT_FILE (or SSL_CERT_DIR) to what can be read, or unset it ({error})"
        ) from error
