"""The cases use the whole format: every event, field, list value, parameter and expectation.

A value of the format that no case uses is named here, so that nothing of it goes untried.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from civil_affairs.casebook import reading
from civil_affairs.casebook.reading import profile, read_library
from tests.casebook.conftest import CASES

Node = dict[str, Any]
HERE = Path(reading.__file__).parent
SCHEMA = json.loads((HERE / "casebook.schema.json").read_text(encoding="utf-8"))
DEFS: dict[str, Node] = SCHEMA["$defs"]
CASE: dict[str, Node] = DEFS["case"]["properties"]
# Where every programme goes the same way: there it is a field, not a list of values.
ALIKE = (
    *("accepted", "check_request_received", "notice_posted", "county_received"),
    *("confirm", "reject", "stop", "choose"),
    *("bank_return", "offset_recovery", "repayment", "expect"),
)
# What the format says is never said, or has one meaning only.
NEVER = {
    "bank_account.valid=false",  # 「always true」
    "decide.programme=minimum_living_supplement",  # follows minimum living; nobody decides it
    "parameter minimum_living.mode=grade",  # 「案例只用补差」; see tests/minimum_living
}


def said(node: Node, value: Any, path: str) -> Iterator[str]:
    """What a value of a case uses of the schema: fields, and values of closed lists."""
    node = resolved(node, path)
    if isinstance(value, dict) and node:  # {}: a value of any kind, such as that of a standard
        fields = node.get("properties", {})
        for name, inner in value.items():
            below = fields.get(name) or node.get("additionalProperties") or {}
            yield from said(below, inner, f"{path}.{name if name in fields else '*'}")
    elif isinstance(value, list):
        for inner in value:
            yield from said(node["items"], inner, path)
    elif listed(node):
        yield f"{path}={plain(value)}"
    else:
        yield path


def sayable(node: Node, path: str) -> Iterator[str]:
    """Everything the schema lets a case say under a node, in the same words as said()."""
    node = resolved(node, path)
    if "properties" in node:
        for name, inner in node["properties"].items():
            yield from sayable(inner, f"{path}.{name}")
    elif node.get("type") == "array":
        yield from sayable(node["items"], path)
    elif isinstance(node.get("additionalProperties"), dict):
        yield from sayable(node["additionalProperties"], f"{path}.*")
    else:
        yield from (f"{path}={plain(value)}" for value in listed(node)) if listed(node) else [path]


def resolved(node: Node, path: str) -> Node:
    """The definition a node refers to; a programme is a plain text where all are alike."""
    target = node.get("$ref", "").rpartition("/")[2]
    if target == "programme" and path.split(".")[0] in ALIKE:
        return {"type": "string"}
    return DEFS.get(target, node)


def listed(node: Node) -> list[Any]:
    """The closed list of values of a node; empty where anything of the type goes."""
    if "const" in node:
        return [node["const"]]
    types = node.get("type") if isinstance(node.get("type"), list) else [node.get("type")]
    found = list(node.get("enum", []))
    found += [True, False] if "boolean" in types else []
    found += [None] if "null" in types else []
    if "integer" in types and node.get("maximum", 100) <= 6:
        found += range(node["minimum"], node["maximum"] + 1)
    return found


def plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def wanted() -> set[str]:
    parts = {k[6:]: v for k, v in DEFS.items() if k.startswith("event_")}
    parts |= {name: CASE[name] for name in ("persons", "households", "certainty")}
    found = {word for name, node in parts.items() for word in sayable(node, name)}
    found |= set(sayable(DEFS["expect"], "expect"))
    found |= {f"parameter {key}" for key in profile("cn-2024")["parameters"]}
    # Whether a thing is learnt late matters for every kind; that some case does so is enough.
    return {word for word in found if not word.endswith(".known")} - NEVER


def used() -> set[str]:
    found: set[str] = set()
    for case in (file.data for file in read_library([CASES]).cases):
        for event in case["events"]:
            found |= set(said(DEFS[f"event_{event['kind']}"], event, event["kind"]))
            if event["kind"] == "adopt_standard":
                found.add(f"parameter {event['key']}")
        found |= {f"parameter {key}" for key in case.get("standards") or {}}
        for name in ("persons", "households", "certainty"):
            found |= set(said(CASE[name], case[name], name))
        found |= set(said(DEFS["expect"], case["expect"], "expect"))
    return found


def test_the_cases_use_the_whole_format() -> None:
    assert not sorted(wanted() - used())


def test_what_is_used_is_counted_in_the_words_of_the_schema() -> None:
    """Were the two walks to drift apart, the test above could not see what is missing."""
    strange = {word for word in used() if not word.startswith("parameter ")} - wanted() - NEVER
    assert not {word for word in strange if not word.endswith(".known")}
