"""YAML with places: what a file says, on which line it says it, and what YAML misread."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

Where = tuple[str | int, ...]

STRING = "tag:yaml.org,2002:str"
INTEGER = "tag:yaml.org,2002:int"
MERGE = "tag:yaml.org,2002:merge"
_MISREAD = '键“{0}”须加引号写成 "{0}"（不加引号时 YAML 会把它读成别的值）'


class Unquoted:
    """A date written without quotation marks: YAML makes something other than text of it."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The safe loader; a bare date stays visible as Unquoted instead of becoming a date."""


Loader.add_constructor(
    "tag:yaml.org,2002:timestamp", lambda _loader, node: Unquoted(str(node.value))
)


class Unreadable(Exception):
    """The file cannot be read as YAML; ``line`` counts from 1 (0: unknown)."""

    def __init__(self, words: str, line: int = 0) -> None:
        super().__init__(words)
        self.line = line


class Page(NamedTuple):
    """A YAML file as plain data, with the node tree that remembers the lines."""

    data: Any
    root: yaml.Node | None

    def line(self, where: Where) -> int:
        """The line (from 1) of the deepest part of ``where`` that the file has."""
        node = self.root
        line = node.start_mark.line if node else 0
        for part in where:
            node = _child(node, part)
            if node is None:
                break
            line = node.start_mark.line
        return line + 1


def _child(node: yaml.Node | None, part: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(part)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        found: yaml.Node = node.value[part]
        return found
    return None


def read_page(path: Path) -> Page:
    """The YAML of a file; Unreadable says in Chinese what is wrong and on which line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        raise Unreadable(
            f"不是 UTF-8 文本（第 {fault.start + 1} 个字节起），请另存为 UTF-8"
        ) from None
    except OSError as fault:
        raise Unreadable(f"无法读取：{fault.strerror}") from None
    try:
        return _parsed(text)
    except yaml.MarkedYAMLError as fault:
        raise Unreadable(f"YAML 语法错误：{_said(fault)}", _line_of(fault)) from None
    except yaml.reader.ReaderError as fault:
        line = text.count("\n", 0, fault.position) + 1
        raise Unreadable(
            f"含有 YAML 不允许的字符 U+{ord(text[fault.position]):04X}", line
        ) from None
    except (ValueError, RecursionError) as fault:
        raise Unreadable(f"YAML 无法解释：{fault}") from None


def _parsed(text: str) -> Page:
    loader = Loader(text)
    try:
        root = loader.get_single_node()
        if root is not None and _loops(root, ()):
            raise Unreadable("YAML 的锚点引用了自身", root.start_mark.line + 1)
        data = loader.construct_document(root) if root is not None else None
    finally:
        loader.dispose()
    return Page(data, root)


def _loops(node: yaml.Node, above: tuple[int, ...]) -> bool:
    """Whether an anchor holds an alias of itself."""
    if id(node) in above:
        return True
    inside = (*above, id(node))
    return any(_loops(child, inside) for child in _children(node))


def _children(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        yield from (value for _key, value in node.value)
    elif isinstance(node, yaml.SequenceNode):
        yield from node.value


def _line_of(fault: yaml.MarkedYAMLError) -> int:
    mark = fault.problem_mark or fault.context_mark
    return mark.line + 1 if mark else 0


def _said(fault: yaml.MarkedYAMLError) -> str:
    parts = [fault.context, fault.problem]
    return "，".join(part for part in parts if part) or "无法解析"


def _band(key: yaml.Node, where: Where) -> bool:
    """Whether a key is a number that names a band of a standard: 80 says the same as "80"."""
    return key.tag == INTEGER and ("standards" in where or where[-1:] == ("value",))


def key_faults(node: yaml.Node | None, where: Where = ()) -> Iterator[tuple[Where, str]]:
    """Keys that YAML read as something else (on, no, 1) and keys written twice in one map."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            inside = (*where, name)
            if key.tag not in (STRING, MERGE) and not _band(key, where):
                yield inside, _MISREAD.format(name)
            elif name in seen:
                yield inside, f"键“{name}”写了两次，只有后一个会生效"
            seen.add(name)
            yield from key_faults(value, inside)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from key_faults(value, (*where, number))
