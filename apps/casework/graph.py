"""流转图: the state graph of every programme, read off the cards; as moves, as text, as dot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.utils.translation import gettext

from apps.casework.models import Application
from apps.casework.procedure import Procedure, Step
from apps.casework.programme import PROGRAMMES, Programme
from apps.casework.words import NEED_WORDS, RELIEF_TYPES
from apps.units.language import in_chinese


class Edge(NamedTuple):
    """One legal move, as the database keeps it."""

    programme: str
    track: str
    source: str
    target: str
    back_entry: bool
    delegated: bool


def procedures() -> Iterator[tuple[Programme, str, Procedure]]:
    """Every procedure of every card that one may apply for."""
    for card in sorted(PROGRAMMES.values(), key=lambda one: one.number):
        if not card.awarded_with:
            yield card, "", card.procedure
            for track, steps in card.tracks:
                yield card, track, steps


def edges() -> Iterator[Edge]:
    """Every legal move of every procedure, each once."""
    found = {
        Edge(card.code, track, source, step.target, step.back_entry, bool(step.delegated))
        for card, track, steps in procedures()
        for step in steps
        for source in step.sources
        if source != step.target
    }
    return iter(sorted(found))


def state_words(state: str) -> str:
    """The name of a state."""
    return str(dict(Application.State.choices)[state])


def title(card: Programme, track: str) -> str:
    """The name of a procedure: the programme, and its type where it is one of several."""
    if not track:
        return card.name
    kind = RELIEF_TYPES.get(track, track)
    return gettext("{programme}（{kind}）").format(programme=card.name, kind=kind)


def route_words(step: Step) -> str:
    """On which route a step stands, in a word."""
    if step.back_entry:
        return gettext("补录")
    return {None: "", True: gettext("权限下放"), False: gettext("未下放")}[step.delegated]


@in_chinese()
def as_text() -> str:
    """All procedures as Markdown: one table each, with who may and what is needed."""
    parts = [
        "# 办理流程",
        "由 `./run procedures` 按各项目卡片生成，请勿手改。"
        "补录：纸质决定直接录入，仅在 `casework.back_entry` 开启的月份。"
        "权限下放：`casework.delegated` 开启且无近亲属备案、投诉举报时由乡镇决定。",
    ]
    for steps, names in _families():
        parts.append(f"## {'、'.join(map(str, names))}")
        parts.append("\n".join(_table(steps)))
    return "\n\n".join(parts) + "\n"


def _families() -> Iterable[tuple[Procedure, list[str]]]:
    found: dict[Procedure, list[str]] = {}
    for card, track, steps in procedures():
        found.setdefault(steps, []).append(title(card, track))
    return found.items()


def _table(steps: Procedure) -> Iterator[str]:
    yield "| 从 | 步骤 | 到 | 由谁办理 | 须具备 | 路径 |"
    yield "|---|---|---|---|---|---|"
    for step in steps:
        sources = "、".join(state_words(source) for source in step.sources)
        roles = "、".join(str(role.label) for role in step.roles)
        needs = "；".join(str(NEED_WORDS.get(name, name)) for name in step.needs)
        if step.note:
            needs = "；".join(filter(None, (needs, "说明原因")))
        yield (
            f"| {sources} | {step.verb} `{step.code}` | {state_words(step.target)} "
            f"| {roles} | {needs or '—'} | {route_words(step) or '—'} |"
        )


@in_chinese()
def as_dot() -> str:
    """All procedures for Graphviz."""
    lines = ["digraph procedures {", "  rankdir=LR; node [shape=box];"]
    for number, (steps, names) in enumerate(_families()):
        lines.append(f'  subgraph cluster_{number} {{ label="{"、".join(map(str, names))}";')
        for step in steps:
            for source in step.sources:
                style = ' style="dashed"' if step.back_entry or step.delegated else ""
                ends = f'"{number}{source}" -> "{number}{step.target}"'
                lines.append(f'    {ends} [label="{step.verb}"{style}];')
        states = sorted({s for step in steps for s in (*step.sources, step.target)})
        lines += [f'    "{number}{state}" [label="{state_words(state)}"];' for state in states]
        lines.append("  }")
    return "\n".join([*lines, "}"]) + "\n"
