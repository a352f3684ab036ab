"""The schema says all there is, in Chinese, with examples, and is what the addresses answer."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import URLPattern, URLResolver, get_resolver

from apps.offices.tokens import Scope
from tests import builders
from tests.api.fuzzing import calls, schema
from tests.pages.conftest import client_of

HAN = re.compile(r"[\u4e00-\u9fff]")
UNSAFE = ("post", "put", "patch", "delete")
ALWAYS = {"400", "401", "403", "404", "405", "406", "429"}


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    """The schema as it is served."""
    return schema()


def test_it_is_valid_openapi_without_a_warning() -> None:
    out = io.StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    assert "openapi: 3.0.3" in out.getvalue()


def api_views(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for one in patterns:
        path = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from api_views(one.url_patterns, path)
        elif isinstance(one, URLPattern) and hasattr(one.callback, "cls"):
            yield path, one.callback.cls


def test_every_address_of_the_api_is_in_it_and_no_other(whole: dict[str, Any]) -> None:
    found = {
        (re.sub(r"<\w+:(\w+)>", lambda m: "{" + ("id" if m[1] == "pk" else m[1]) + "}", path), name)
        for path, view in api_views(get_resolver().url_patterns)
        if path.startswith("api/v1/") and view.schema is not None
        for name in ("get", *UNSAFE)
        if hasattr(view, name)
    }
    told = {(one.path.lstrip("/"), one.method) for one in calls(whole)}
    assert found == told
    assert len(told) > 100


def test_every_call_is_described_in_chinese(whole: dict[str, Any]) -> None:
    silent = [
        f"{one.method} {one.path}"
        for one in calls(whole)
        if not HAN.search(one.spec.get("summary", "")) or not HAN.search(one.spec["description"])
    ]
    assert not silent


def test_every_call_names_a_scope_that_there_is(whole: dict[str, Any]) -> None:
    scopes = {one.path: one.spec.get("x-required-scope") for one in calls(whole)}
    assert {path for path, scope in scopes.items() if scope is None} == {"/api/v1/me/"}
    assert set(scopes.values()) - {None} <= set(Scope.values)
    for one in calls(whole):
        scope = one.spec.get("x-required-scope", ":read")
        # A trial writes nothing, whatever its method is.
        if one.path != "/api/v1/trials/":
            assert (one.method == "get") == scope.endswith(":read"), one.path
        assert one.spec["security"] == [{"token": []}, {"session": []}]


def test_every_refusal_is_written_down(whole: dict[str, Any]) -> None:
    for one in calls(whole):
        answers = set(one.spec["responses"])
        wanted = set(ALWAYS)
        if one.method in UNSAFE:
            wanted |= {"409", "413", "415", "422"}
        if any(param["name"] == "If-Match" for param in one.spec.get("parameters", ())):
            wanted |= {"412", "428"}
        assert wanted <= answers, one.path
    assert set(whole["components"]["responses"]["TooLong"]["content"]) == {"text/html"}
    for name, answer in whole["components"]["responses"].items():
        if name == "TooLong":
            continue
        assert answer["content"]["application/json"]["example"]["errors"]


def test_every_body_has_an_example_that_its_own_schema_lets_through(whole: dict[str, Any]) -> None:
    import jsonschema

    from tests.api.fuzzing import plain

    for one in calls(whole):
        body = one.spec.get("requestBody")
        if body is None:
            continue
        content = body["content"]["application/json"]
        for example in content["examples"].values():
            root = plain({"components": whole["components"], **content["schema"]})
            jsonschema.Draft7Validator(root).validate(example["value"])


def test_what_may_be_sent_is_all_that_may_be_sent(whole: dict[str, Any]) -> None:
    for one in calls(whole):
        if "requestBody" in one.spec:
            name = one.spec["requestBody"]["content"]["application/json"]["schema"]["$ref"]
            found = whole["components"]["schemas"][name.rpartition("/")[2]]
            assert found["additionalProperties"] is False, name


@pytest.mark.django_db
def test_the_page_of_the_api_needs_nothing_that_the_policy_forbids(clock: object) -> None:
    client = client_of(builders.staff())
    page = client.get("/api/docs/")
    assert page.status_code == 200
    text = page.content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"<style|style=", text)
    assert "default-src 'self'" in page["Content-Security-Policy"]
    assert "登记与申请" in client.get("/api/schema/").content.decode()
