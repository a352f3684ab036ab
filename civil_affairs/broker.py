"""One REDIS_URL, said in the three ways that Celery, Django's cache and the tests need it."""

from urllib.parse import parse_qs, urlsplit, urlunsplit

SOCKET = "unix"


def database_number(url: str) -> int:
    """The numbered database an address means; 0 when it names none."""
    parts = urlsplit(url)
    given = parse_qs(parts.query).get("db", [""])[0] if parts.scheme == SOCKET else parts.path
    return int(given.strip("/") or 0)


def with_database(url: str, number: int) -> str:
    """The same server, another numbered database."""
    parts = urlsplit(url)
    if parts.scheme == SOCKET:
        return f"unix://{parts.path}?db={number}"
    return urlunsplit(parts._replace(path=f"/{number}"))


def cache_url(url: str) -> str:
    """The cache stands beside the queue, so that clearing it never clears the queue."""
    return with_database(url, database_number(url) + 1)


def celery_broker(url: str) -> str:
    """kombu has its own spelling for a unix socket."""
    parts = urlsplit(url)
    if parts.scheme != SOCKET:
        return url
    return f"redis+socket://{parts.path}?virtual_host={database_number(url)}"


def celery_transport_options(url: str, *, visibility_timeout: int) -> dict[str, int]:
    """A task of a killed worker comes back after the timeout, not 100 s later.

    kombu sweeps only each interval x throttle seconds, and its defaults make that 100.
    Other transports refuse these keys, hence the check.
    """
    if not urlsplit(url).scheme.startswith(("redis", "rediss", SOCKET)):
        return {}
    return {
        "visibility_timeout": visibility_timeout,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
    }
