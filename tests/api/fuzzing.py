"""A call of anything in the schema, half of it as asked and half of it as nobody should."""

from __future__ import annotations

import json
import random
import uuid
from typing import Any, NamedTuple
from urllib.parse import urlencode

import jsonschema
from drf_spectacular.generators import SchemaGenerator

from tests.api.conftest import Caller

NASTY_TEXT = [
    "", "\0", "a\0b", "\ud800", "'; DROP TABLE x; --", "%00", "9" * 400, "字" * 3000, "-1",
    "1e400", "NaN", "null", "2024-02-30", "0001-01-01", "9999-12-31", "2024-13", "../../etc/passwd",
]  # fmt: skip
NASTY = [
    *NASTY_TEXT,
    None,
    True,
    0,
    -1,
    2**31,
    2**63,
    10**18,
    10**40,
    1.5,
    1e308,
    [],
    {},
    [[]],
    {"a": {}},
]
NASTY_PATHS = [
    "0",
    "-1",
    "9" * 18,
    "9" * 40,
    "%00",
    "a%00b",
    "..%2f",
    "%ED%A0%80",
    "x",
    "1.5",
    "%F0%9F%98%80",
]
NASTY_ETAGS = ["", "*", '"x"', 'W/"x"', '"' + "a" * 3000 + '"', '"0123456789abcdef.zz"']


class Call(NamedTuple):
    """One operation of the schema."""

    method: str
    path: str
    spec: dict[str, Any]


def schema() -> dict[str, Any]:
    """The schema as it is served."""
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return found


def calls(whole: dict[str, Any]) -> list[Call]:
    """Every operation."""
    return [
        Call(method, path, spec)
        for path, methods in whole["paths"].items()
        for method, spec in methods.items()
    ]


class Fuzzer:
    """Calls by chance; ``known`` are numbers and codes of things that are there."""

    def __init__(self, seed: int, known: dict[str, list[Any]]) -> None:
        self.chance, self.known, self.whole = random.Random(seed), known, schema()
        self.calls = calls(self.whole)

    def once(self, caller: Caller) -> tuple[Call, Any, str]:
        """One call, its answer, and what was sent, to be sent again by hand."""
        one = self.chance.choice(self.calls)
        path, query = self._path(one), self._query(one)
        headers = {"Authorization": f"Bearer {caller.text}"}
        if self.chance.random() < 0.05:
            headers["Accept"] = self.chance.choice(["text/html", "application/xml", "*/*", "x"])
        if one.method == "get":
            asked = urlencode(query, errors="surrogatepass")
            answer = caller.client.get(f"{path}?{asked}", headers=headers)
            return one, answer, f"GET {path}?{asked}"
        headers["Idempotency-Key"] = str(uuid.uuid4()) if self.chance.random() < 0.97 else "a b"
        if "428" in one.spec["responses"]:
            headers["If-Match"] = self._seen(one, path, caller)
        kind = "application/json" if self.chance.random() < 0.97 else "text/plain"
        body = self._raw(one)
        answer = caller.client.generic("POST", path, body, kind, headers=headers)
        return one, answer, f"POST {path} {body[:400]!r}"

    def _seen(self, one: Call, path: str, caller: Caller) -> str:
        if self.chance.random() < 0.15:
            return self.chance.choice(NASTY_ETAGS)
        for cut in (0, 1, 2):
            parent = "/".join(path.rstrip("/").split("/")[: -cut or None]) + "/"
            found = caller.get(parent)
            if found.status_code == 200 and "ETag" in found:
                return str(found["ETag"])
        return '"x"'

    def _path(self, one: Call) -> str:
        path = one.path
        for param in one.spec.get("parameters", ()):
            if param["in"] == "path":
                value = self._known(param["name"], one.path)
                if self.chance.random() < 0.1:
                    value = self.chance.choice(NASTY_PATHS)
                path = path.replace("{" + param["name"] + "}", str(value))
        return path

    def _known(self, name: str, path: str) -> Any:
        place = path.split("/")[3]
        values = self.known.get(f"{place}.{name}") or self.known.get(name) or [1]
        return self.chance.choice(values)

    def _query(self, one: Call) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for param in one.spec.get("parameters", ()):
            if param["in"] == "query" and (param.get("required") or self.chance.random() < 0.3):
                value = self._value(param["schema"], param["name"])
                if self.chance.random() < 0.25:
                    value = self.chance.choice(NASTY_TEXT)
                found[param["name"]] = "" if value is None else value
        if self.chance.random() < 0.05:
            found["nonsense"] = "1"
        return found

    def _raw(self, one: Call) -> bytes:
        if self.chance.random() < 0.03:
            deep = b"[" * 50_000 + b"]" * 50_000
            return self.chance.choice(
                [b"", b"{", b"[]", b"\xff", b'{"a":NaN}', deep, b'{"a":' + deep]
            )
        spec = one.spec.get("requestBody", {}).get("content", {}).get("application/json", {})
        if "examples" in spec and self.chance.random() < 0.3:
            body = json.loads(json.dumps(next(iter(spec["examples"].values()))["value"]))
        else:
            body = self._value(spec.get("schema", {}), "")
        if isinstance(body, dict) and self.chance.random() < 0.35:
            name = self.chance.choice([*body, "nonsense"])
            body[name] = self.chance.choice(NASTY)
        return json.dumps(body).encode("utf-8", "surrogatepass")

    def _value(self, spec: dict[str, Any], name: str) -> Any:
        """Something that the schema lets through."""
        spec = self._resolved(spec)
        if name in self.known and self.chance.random() < 0.7:
            return self.chance.choice(self.known[name])
        if "enum" in spec:
            return self.chance.choice(spec["enum"])
        kind = spec.get("type", "string")
        if kind == "object":
            return self._object(spec)
        if kind == "array":
            size = self.chance.randint(spec.get("minItems", 0), min(spec.get("maxItems", 3), 3))
            return [self._value(spec["items"], name) for _ in range(size)]
        if kind == "boolean":
            return self.chance.random() < 0.5
        if kind == "integer":
            low, high = spec.get("minimum", 0), spec.get("maximum", 10**6)
            return self.chance.choice([low, high, self.chance.randint(low, min(high, low + 50))])
        return self._text(spec)

    def _object(self, spec: dict[str, Any]) -> dict[str, Any]:
        must = set(spec.get("required", ()))
        return {
            name: self._value(one, name)
            for name, one in spec.get("properties", {}).items()
            if not one.get("readOnly") and (name in must or self.chance.random() < 0.4)
        }

    def _text(self, spec: dict[str, Any]) -> str:
        if spec.get("format") == "date":
            return self.chance.choice(["2024-06-05", "2024-07-01", "1900-01-01", "2100-12-31"])
        pattern = spec.get("pattern", "")
        if pattern.startswith("^(19|20)"):
            return self.chance.choice(["2024-06", "2024-07", "1900-01", "2099-12"])
        if r"\d{1,9}" in pattern and "." in pattern:
            return self.chance.choice(["0", "100.00", "999999999.99"])
        if pattern:
            return self.chance.choice(["1", "430482", "minimum_living", "a"])
        longest = spec.get("maxLength", 20)
        return self.chance.choice(["试", "字" * min(longest, 500), "x", "2024-06"])

    def _resolved(self, spec: dict[str, Any]) -> dict[str, Any]:
        if "$ref" in spec:
            return self._resolved(
                self.whole["components"]["schemas"][spec["$ref"].rpartition("/")[2]]
            )
        if "allOf" in spec:
            return self._resolved(spec["allOf"][0])
        if "oneOf" in spec:
            return self._resolved(self.chance.choice(spec["oneOf"]))
        return spec


def shape_faults(whole: dict[str, Any], one: Call, answer: Any) -> list[str]:
    """Where an answer is not as the schema says."""
    responses = one.spec["responses"]
    spec = responses.get(str(answer.status_code))
    if spec is None:
        return [f"status {answer.status_code} is not in the schema"]
    if "$ref" in spec:
        spec = whole["components"]["responses"][spec["$ref"].rpartition("/")[2]]
    content = spec.get("content", {}).get("application/json")
    if content is None:
        return []
    root = plain({"components": whole["components"], **content["schema"]})
    checker = jsonschema.Draft7Validator(root, format_checker=jsonschema.FormatChecker(["date"]))
    return [
        f"{list(fault.path)}: {fault.message[:200]}" for fault in checker.iter_errors(answer.json())
    ]


def plain(spec: Any) -> Any:
    """OpenAPI 3.0 as JSON Schema: nullable is a type of its own."""
    if isinstance(spec, list):
        return [plain(one) for one in spec]
    if not isinstance(spec, dict):
        return spec
    found = {name: plain(value) for name, value in spec.items()}
    if found.pop("nullable", False):
        if "type" in found:
            found["type"] = [found["type"], "null"]
        if "enum" in found:
            found["enum"] = [*found["enum"], None]
        if "allOf" in found:
            found = {"anyOf": [{"allOf": found.pop("allOf")}, {"type": "null"}], **found}
    return found
