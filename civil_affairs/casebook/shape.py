"""格式校验: the JSON Schema of a case file, its complaints said in Chinese."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from civil_affairs.casebook.yamls import Unquoted, Where

SCHEMA = Path(__file__).with_name("casebook.schema.json")
# Names of the shared definitions whose pattern failed, and how such a value is written.
WRITTEN = {
    "date": '日期写成 "2024-05-31" 的样子',
    "month": '月份写成 "2024-05" 的样子',
    "amount": '金额写成 "550.00" 的样子（元，两位小数，不能为负）',
    "key": "键以英文字母开头，只含英文字母、数字和下划线",
}
FEW = 12  # values of a closed list that are worth listing in a complaint
TYPES = {
    "string": "文字",
    "integer": "整数",
    "boolean": "true 或 false",
    "object": "键值表",
    "array": "列表",
    "null": "null",
}


class Complaint(NamedTuple):
    """What the schema refused: the value, what was wanted, and the schema that wanted it."""

    instance: Any
    wanted: Any
    schema: Any


@lru_cache(maxsize=1)
def validator() -> Draft202012Validator:
    """The checked schema of a case file (kept beside this module)."""
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


@lru_cache(maxsize=1)
def _patterns() -> dict[str, str]:
    schema: Any = validator().schema
    definitions = schema["$defs"]
    return {definitions[name]["pattern"]: words for name, words in WRITTEN.items()}


def shape_faults(data: Any) -> Iterator[tuple[Where, str]]:
    """Everything the schema refuses: where in the file, and why."""
    if not isinstance(data, dict):
        yield (), "文件应是键值表，含 format、profile、cases"
        return
    found = (fault for error in validator().iter_errors(_text_keys(data)) for fault in _said(error))
    yield from dict.fromkeys(found)  # a missing field is complained of once a field


def _text_keys(value: Any) -> Any:
    """The data with every key as text: the schema cannot speak of others, key_faults() does."""
    if isinstance(value, dict):
        return {k if isinstance(k, str) else str(k): _text_keys(v) for k, v in value.items()}
    return [_text_keys(v) for v in value] if isinstance(value, list) else value


def _said(error: ValidationError) -> Iterator[tuple[Where, str]]:
    where: Where = tuple(error.absolute_path)
    if error.validator == "oneOf":
        yield from _one_of(error, where)
        return
    say = SAID.get(str(error.validator))
    complaint = Complaint(error.instance, error.validator_value, error.schema)
    yield where, say(complaint) if say else f"不符合格式：{error.message[:200]}"


def _one_of(error: ValidationError, where: Where) -> Iterator[tuple[Where, str]]:
    choices: Any = error.validator_value
    if all(set(choice) == {"required"} for choice in choices):
        names = "、".join(choice["required"][0] for choice in choices)
        yield where, f"{names} 须填写且只能填写一项"
        return
    wanted = 1 if isinstance(error.instance, dict) else 0  # a run: a map, or just its month
    for inner in error.context or ():
        if inner.relative_schema_path[0] == wanted:
            yield from _said(inner)


def _type(complaint: Complaint) -> str:
    kinds = complaint.wanted
    names = "、".join(TYPES.get(k, k) for k in ([kinds] if isinstance(kinds, str) else kinds))
    if isinstance(complaint.instance, Unquoted):
        return f'日期和月份须加引号：写成 "{complaint.instance}"'
    if kinds == "string" and isinstance(complaint.instance, int | float):
        return (
            f'应为加引号的文字（金额如 "550.00"），现在是没有加引号的 {_shown(complaint.instance)}'
        )
    return f"应为{names}，现在是 {_shown(complaint.instance)}"


def _pattern(complaint: Complaint) -> str:
    written = _patterns().get(complaint.wanted)
    if written is None:
        rule = "R-" in complaint.wanted
        written = '规则号写成 "R-DB-01" 或 "CV-01" 的样子' if rule else "案例号写成 C001 的样子"
    return f"“{complaint.instance}”写法不对，{written}"


def _required(complaint: Complaint) -> str:
    missing = [name for name in complaint.wanted if name not in complaint.instance]
    return f"缺少字段 {'、'.join(missing)}"


def _extra(complaint: Complaint) -> str:
    known = complaint.schema.get("properties", {})
    extra = [str(name) for name in complaint.instance if name not in known]
    return f"没有这样的字段：{'、'.join(extra)}；可用的是 {'、'.join(known)}"


def _enum(complaint: Complaint) -> str:
    shown, allowed = _shown(complaint.instance), [str(value) for value in complaint.wanted]
    if len(allowed) <= FEW:
        return f"“{shown}”不在允许的取值中：{'、'.join(allowed)}"
    near = get_close_matches(shown, allowed, n=3, cutoff=0.5)
    hint = f"，是否想写 {'、'.join(near)}" if near else ""
    return f"“{shown}”不在允许的取值中{hint}（全部取值见 FORMAT.md）"


def _shown(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, dict):
        return "一个键值表"
    if isinstance(value, list):
        return f"一个有 {len(value)} 项的列表"
    return str(value)[:60]


SAID: dict[str, Callable[[Complaint], str]] = {
    "type": _type,
    "pattern": _pattern,
    "required": _required,
    "additionalProperties": _extra,
    "enum": _enum,
    "const": lambda e: f"只能是 {_shown(e.wanted)}，现在是 {_shown(e.instance)}",
    "minimum": lambda e: f"不能小于 {e.wanted}，现在是 {e.instance}",
    "maximum": lambda e: f"不能大于 {e.wanted}，现在是 {e.instance}",
    "minItems": lambda _e: "不能是空列表",
    "minLength": lambda _e: "不能是空文字",
    "minProperties": lambda _e: "不能是空的键值表",
    "uniqueItems": lambda _e: "列表中有重复的项",
    "dependentRequired": lambda _e: "exhaustive 须与 window 一起填写",
}
