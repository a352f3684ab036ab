"""标准目录: reads every app's standards.yaml, exactly, and says in Chinese what is wrong where.

The catalogue says of each key its name, unit, bands and words; the rows give its dated values.
A key holds until its next row, so a file can have no gap; equal or falling months are refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from django.apps import apps

from apps.standards.models import Unit
from apps.standards.words import said
from apps.units.money import parse_yuan
from apps.units.months import Month, month_number, parse_month
from apps.units.rates import parse_rate

Raw = str | int | bool | None
Value = Raw | dict[str, Raw]
Parsed = tuple[int | None, str]  # the whole number, the word

SPEC_KEYS = {"label", "unit", "bands", "band_names", "choices", "rows"}
ROW_KEYS = {"from", "value", "document", "source", "example"}
MONEY = (Unit.FEN, Unit.FEN_MONTH, Unit.FEN_YEAR)


class BadStandard(ValueError):
    """标准有误; the message says where (file, key, line) and what to do."""


class Row(NamedTuple):
    """One dated value as written in a file."""

    since: Month
    value: Value
    document: str
    source: str
    example: bool


class Entry(NamedTuple):
    """What the catalogue knows of a key. ``bands`` None: one value; empty: bands of any name.

    ``band_names``: bands in Chinese, where the code does not say it (80 and A do).
    """

    key: str
    label: str
    unit: Unit
    bands: tuple[str, ...] | None
    choices: dict[str, str]
    rows: tuple[Row, ...]
    place: str
    band_names: dict[str, str]

    @property
    def title(self) -> str:
        """Its name in the reader's language; ``label`` is what is stored and logged."""
        return said(self.label)

    def band_title(self, band: str) -> str:
        """A band in the reader's language; as it is where the catalogue has no name for it."""
        return said(self.band_names.get(band, band))

    @property
    def choice_titles(self) -> dict[str, str]:
        """The choices, each in the reader's language."""
        return {code: said(words) for code, words in self.choices.items()}

    @property
    def programme(self) -> str:
        return self.key.partition(".")[0]

    @property
    def name(self) -> str:
        return self.key.partition(".")[2]

    def parsed(self, value: Raw) -> Parsed:
        """The value as stored: a whole number in the unit, or a word; both empty: 未配置."""
        if value is None:
            return None, ""
        try:
            return _parse(self, value)
        except (ValueError, TypeError) as fault:
            raise BadStandard(f"{self.key}（{self.label}）：{fault}") from None


Catalogue = dict[str, Entry]


def standards_files() -> list[Path]:
    """The standards.yaml of every installed app that has one, in the order of the apps."""
    folders = (Path(app.path) for app in apps.get_app_configs() if app.name.startswith("apps."))
    return [file for folder in folders if (file := folder / "standards.yaml").exists()]


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """Every key this installation knows."""
    return read(standards_files())


def entry_of(key: str) -> Entry:
    """What is known of a key; BadStandard when there is none such."""
    found = catalogue().get(key)
    if found is None:
        raise BadStandard(f"没有名为“{key}”的标准，请从标准目录中选择。")
    return found


def read(files: Iterable[Path]) -> Catalogue:
    """All entries of these files; a key may be declared only once."""
    found: Catalogue = {}
    for file in files:
        for entry in _entries(file):
            if entry.key in found:
                raise BadStandard(
                    f"{entry.place}：已在{found[entry.key].place}声明过，请删去其一。"
                )
            found[entry.key] = entry
    return found


def _entries(file: Path) -> Iterator[Entry]:
    try:
        root = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except yaml.YAMLError as fault:
        raise BadStandard(f"{_short(file)}：不是有效的 YAML：{fault}") from None
    if root is None:
        return
    for key, node in _pairs(root, _short(file)):
        yield _entry(key, node, f"{_short(file)} 第{node.start_mark.line + 1}行 {key}")


def _short(file: Path) -> str:
    return f"{file.parent.name}/{file.name}"


def _pairs(node: yaml.Node, place: str) -> Iterator[tuple[str, yaml.Node]]:
    """The entries of a mapping, refusing a key that stands there twice."""
    if not isinstance(node, yaml.MappingNode):
        raise BadStandard(f"{place}：这里应是“键: 值”的对应表。")
    seen: set[str] = set()
    for key, value in node.value:
        if key.value in seen:
            raise BadStandard(f"{place} 第{key.start_mark.line + 1}行：“{key.value}”重复。")
        seen.add(key.value)
        yield str(key.value), value


def _plain(node: yaml.Node) -> Any:
    """The node as Python values, strings kept exact (quoted months and amounts stay text)."""
    return yaml.SafeLoader("").construct_object(node, deep=True)


def _entry(key: str, node: yaml.Node, place: str) -> Entry:
    parts = dict(_pairs(node, place))
    if unknown := sorted(set(parts) - SPEC_KEYS):
        raise BadStandard(f"{place}：不认识“{'、'.join(unknown)}”。")
    if not {"label", "unit"} <= set(parts) or "." not in key:
        raise BadStandard(f"{place}：须有 label 和 unit，且键名写成“项目.名称”。")
    unit = str(_plain(parts["unit"]))
    if unit not in Unit.values:
        raise BadStandard(f"{place}：单位“{unit}”不存在，可用{'、'.join(Unit.values)}。")
    rows = tuple(_rows(parts.get("rows"), place))
    bands = _plain(parts["bands"]) if "bands" in parts else None
    entry = Entry(
        key=key,
        label=str(_plain(parts["label"])),
        unit=Unit(unit),
        bands=_bands(bands, rows),
        choices=_words(parts, "choices"),
        rows=rows,
        place=place,
        band_names=_words(parts, "band_names"),
    )
    for row in rows:
        _check_row(entry, row)
    return entry


def _words(parts: dict[str, yaml.Node], name: str) -> dict[str, str]:
    """Codes and their Chinese, as the file gives them under a name."""
    given = _plain(parts[name]) if name in parts else {}
    return {str(code): str(words) for code, words in given.items()}


def _bands(declared: Any, rows: tuple[Row, ...]) -> tuple[str, ...] | None:
    """The declared names; empty (any name) when only the rows show that there are bands."""
    if isinstance(declared, list | dict):
        return tuple(str(band) for band in declared)
    if declared is not None or any(isinstance(row.value, dict) for row in rows):
        return ()
    return None


def _rows(node: yaml.Node | None, place: str) -> Iterator[Row]:
    if node is None:
        return
    if not isinstance(node, yaml.SequenceNode):
        raise BadStandard(f"{place}：rows 应是清单。")
    before: Month | None = None
    for item in node.value:
        here = f"{place}（第{item.start_mark.line + 1}行）"
        row = _row(dict(_pairs(item, here)), here)
        if before is not None and row.since <= before:
            raise BadStandard(
                f"{here}：起始月份{row.since:%Y-%m}重叠，应晚于上一行的{before:%Y-%m}。"
            )
        before = row.since
        yield row


def _row(parts: dict[str, yaml.Node], here: str) -> Row:
    if unknown := sorted(set(parts) - ROW_KEYS):
        raise BadStandard(f"{here}：不认识“{'、'.join(unknown)}”。")
    if not {"from", "value"} <= set(parts):
        raise BadStandard(f"{here}：每行须有 from 和 value；未配置写 value: null。")
    try:
        since = parse_month(str(_plain(parts["from"])))
    except ValueError as fault:
        raise BadStandard(f"{here}：{fault}") from None
    plain = {name: _plain(part) for name, part in parts.items()}
    value = plain["value"]
    if isinstance(value, dict):
        value = {str(band): amount for band, amount in value.items()}
    return Row(
        since,
        value,
        str(plain.get("document") or ""),
        str(plain.get("source") or ""),
        bool(plain.get("example", False)),
    )


def _check_row(entry: Entry, row: Row) -> None:
    try:
        for value in by_band(entry, row.value).values():
            entry.parsed(value)
    except BadStandard as fault:
        raise BadStandard(f"{entry.place} {row.since:%Y-%m}：{fault}") from None


def by_band(entry: Entry, value: Value) -> dict[str, Raw]:
    """The value of each band that is named; {"": value} for a key without bands."""
    if not isinstance(value, dict):
        if entry.bands is None:
            return {"": value}
        if value is not None:
            raise BadStandard(f"{entry.key}（{entry.label}）分档，请按档次填写。")
        return dict.fromkeys(entry.bands)
    if entry.bands is None:
        raise BadStandard(f"{entry.key}（{entry.label}）不分档，请填写一个值。")
    if entry.bands and (strange := sorted(set(value) - set(entry.bands))):
        raise BadStandard(f"{entry.key}（{entry.label}）没有档次“{'、'.join(strange)}”。")
    return {**dict.fromkeys(entry.bands), **value}


def _parse(entry: Entry, value: str | int | bool) -> Parsed:
    if entry.unit is Unit.SWITCH:
        return int(_exactly(bool, value, "是或否（true、false）")), ""
    if entry.unit is Unit.COUNT:
        number = _exactly(int, value, "整数")
        if number < 0:
            raise ValueError(f"不能为负数，现在是{number}。")
        return number, ""
    text = _exactly(str, value, "加引号的文字")
    if entry.unit in MONEY:
        return parse_yuan(text), ""
    if entry.unit is Unit.RATE:
        return parse_rate(text), ""
    if entry.unit is Unit.MONTH:
        return month_number(parse_month(text)), ""
    if text not in entry.choices:
        raise ValueError(f"“{text}”不在可选方式中：{'、'.join(entry.choices)}。")
    return None, text


def _exactly(kind: type, value: Any, words: str) -> Any:
    """The value, if of exactly this type: 1 is not true, and 0.3 is never a rate."""
    if type(value) is not kind:
        raise ValueError(f"“{value}”应写成{words}。")
    return value
