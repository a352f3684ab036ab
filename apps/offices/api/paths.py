"""接口的地址: what stands in an address is small and plain before any view sees it."""

from __future__ import annotations

from django.urls import register_converter

V1 = "api/v1/"


class Id:
    """The number of a thing: a bigint holds it."""

    regex = r"[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        """The number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """As it stands in an address."""
        return str(value)


class Code:
    """A number or code of letters, digits, points and hyphens."""

    regex = r"[0-9A-Za-z][0-9A-Za-z._-]{0,79}"

    def to_python(self, value: str) -> str:
        """The code as it stands."""
        return value

    def to_url(self, value: str) -> str:
        """The same."""
        return value


register_converter(Id, "id")
register_converter(Code, "code")
