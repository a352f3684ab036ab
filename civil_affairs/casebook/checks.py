"""语义校验: what the schema cannot say about a case; the same checks as the format's own."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Any

from civil_affairs.casebook.yamls import Where

Fault = tuple[Where, str]

NEEDS_CO_RESIDENCE = ("parent", "grandparent", "grandchild", "sibling", "other")
HOUSEHOLD_PROGRAMMES = ("marginal_household", "rigid_expenditure_household")
PERSON_PROGRAMMES = (
    "destitute_basic",
    "destitute_care",
    "destitute_funeral",
    "disability_living",
    "disability_nursing",
    "old_age_allowance",
    "elder_service_subsidy",
    "orphan_allowance",
    "unattended_child_allowance",
    "vagrant_relief",
    "orphan_study_grant",
    "minimum_living_supplement",
)
AWARDED_WITH = {
    "destitute_care": "destitute_basic",
    "minimum_living_supplement": "minimum_living",
}
REFUSALS = 3


def known_on(event: dict[str, Any]) -> str:
    """The day on which an event is recorded (FORMAT §3)."""
    day: str = event.get("known", event["on"])
    return day


def run_id(run: str | dict[str, Any]) -> str:
    """The name of a run: its id, else its month."""
    if isinstance(run, str):
        return run
    name: str = run.get("id", run["month"])
    return name


def case_faults(case: dict[str, Any], keys: set[str]) -> list[Fault]:
    """Everything wrong with a case of the right shape; ``keys`` are those of the profile."""
    unreal = list(unreal_dates(case))
    return unreal or list(CaseCheck(case, keys).faults())


def unreal_dates(case: dict[str, Any]) -> Iterator[Fault]:
    """Dates of the right shape that no calendar has (2024-02-30)."""
    for part in ("persons", "households", "events", "runs", "expect"):
        for where, text in _dates(case[part], (part,)):
            try:
                dt.date.fromisoformat(text)
            except ValueError:
                yield where, f"{text} 不是真实的日期"


def _dates(value: Any, where: Where) -> Iterator[tuple[Where, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _dates(inner, (*where, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _dates(inner, (*where, number))
    elif isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
        yield where, value


class CaseCheck:
    """The checks of one case; each method yields where and what."""

    def __init__(self, case: dict[str, Any], keys: set[str]) -> None:
        self.case, self.keys = case, keys
        self.persons, self.households = case["persons"], case["households"]
        self.run_ids = [run_id(run) for run in case["runs"]]
        self.co_resident = {
            (e["household"], e["person"]) for e in case["events"] if e["kind"] == "co_residence"
        }
        self.applied: set[tuple[str, str]] = set()
        self.confirmed: set[tuple[str, str]] = set()
        self.refusals: Counter[str] = Counter()

    def faults(self) -> Iterator[Fault]:
        yield from self._names()
        yield from self._members()
        yield from self._events()
        yield from self._moves()
        yield from ExpectCheck(self).faults()

    def _names(self) -> Iterator[Fault]:
        for name in self.persons.keys() & self.households.keys():
            yield ("households", name), f"键 {name} 同时用作人员和家庭"
        for number, name in enumerate(self.run_ids):
            if name in self.run_ids[:number]:
                yield ("runs", number), f"批次名 {name} 重复，同月的两个批次须有不同的 id"
        for key in self.case.get("standards") or {}:
            if key not in self.keys:
                yield ("standards", key), f"参数档案中没有 {key}"

    def _members(self) -> Iterator[Fault]:
        for name, household in self.households.items():
            where = ("households", name, "members")
            for person, relationship in household["members"].items():
                if person not in self.persons:
                    yield (*where, person), f"没有登记人员 {person}"
                yield from self._needs_finding(name, person, relationship, (*where, person))
            if list(household["members"].values()).count("applicant") > 1:
                yield where, "一户只能有一名申请人"

    def _needs_finding(
        self, household: str, person: str, relationship: str, where: Where
    ) -> Iterator[Fault]:
        if relationship in NEEDS_CO_RESIDENCE and (household, person) not in self.co_resident:
            yield where, f"{relationship} {person} 须有 co_residence（长期共同居住认定）事件"

    def subject(self, programme: str | None, name: str, where: Where) -> Iterator[Fault]:
        """Whether a subject exists and is of the kind its programme needs."""
        if name not in self.persons and name not in self.households:
            yield where, f"没有登记对象 {name}"
        elif programme in PERSON_PROGRAMMES and name not in self.persons:
            yield where, f"{programme} 的对象应是人员，{name} 是家庭"
        elif programme in HOUSEHOLD_PROGRAMMES and name not in self.households:
            yield where, f"{programme} 的对象应是家庭，{name} 是人员"

    def _events(self) -> Iterator[Fault]:
        last = ""
        for number, event in enumerate(self.case["events"]):
            where: Where = ("events", number)
            known = known_on(event)
            if known < event["on"] and event["kind"] != "adopt_standard":
                yield (*where, "known"), f"登记日 {known} 早于发生日 {event['on']}"
            if known < last:
                yield where, f"事件须按登记日（known）排列，{known} 排在 {last} 之后"
            last = known
            yield from self._owners(event, where)
            yield from self._references(event, where)
            yield from self._decision(event, where)
            yield from self._person_act(event, where)

    def _owners(self, event: dict[str, Any], where: Where) -> Iterator[Fault]:
        for field in ("person", "child"):
            name = event.get(field)
            if name is None:
                continue
            if name not in self.persons:
                yield (*where, field), f"没有登记人员 {name}"
            elif event["on"] < self.persons[name]["born"]:
                yield (*where, "on"), f"{event['on']} 早于 {name} 的出生日期"
        if "household" in event and event["household"] not in self.households:
            yield (*where, "household"), f"没有登记家庭 {event['household']}"
        if "subject" in event:
            yield from self.subject(event.get("programme"), event["subject"], (*where, "subject"))

    def _references(self, event: dict[str, Any], where: Where) -> Iterator[Fault]:
        if event["kind"] == "adopt_standard" and event["key"] not in self.keys:
            yield (*where, "key"), f"参数档案中没有 {event['key']}"
        if event["kind"] == "bank_return" and event["run"] not in self.run_ids:
            yield (*where, "run"), f"没有批次 {event['run']}"

    def _decision(self, event: dict[str, Any], where: Where) -> Iterator[Fault]:
        """Applications come before decisions, awards before changes of them."""
        kind = event["kind"]
        award = (event.get("programme", ""), event.get("subject", ""))
        if kind == "apply":
            self.applied.add(award)
        if kind in ("confirm", "decide", "reject"):
            if award not in self.applied:
                yield where, f"{award[1]} 没有申请过 {award[0]}"
            if award[0] == "minimum_living" and award[1] in self.persons and "basis" not in event:
                yield where, "单人户须写明依据 basis"
            if kind != "reject":
                self.confirmed.add(award)
        if kind in ("redetermine", "stop", "grace_period") and award not in self.confirmed:
            yield where, f"{award[1]} 没有可变更的 {award[0]} 待遇"

    def _person_act(self, event: dict[str, Any], where: Where) -> Iterator[Fault]:
        if event["kind"] == "work_refusal":
            self.refusals[event["person"]] += 1
        if event["kind"] == "sanction" and self.refusals[event["person"]] < REFUSALS:
            yield where, "停发本人份额须有三次拒绝介绍工作的记录"
        if event["kind"] == "member_joined":
            yield from self._needs_finding(
                event["household"], event["person"], event["relationship"], where
            )

    def _moves(self) -> Iterator[Fault]:
        """Nobody belongs to two households on the same day."""
        moves: list[tuple[str, int, str, str, bool, Where]] = [
            (x["since"], 0, person, name, True, ("households", name))
            for name, x in self.households.items()
            for person in x["members"]
        ]
        for number, e in enumerate(self.case["events"]):
            if e["kind"] in ("member_joined", "member_left"):
                joins = e["kind"] == "member_joined"
                order = number + 1 if joins else -1
                where: Where = ("events", number)
                moves.append((e["on"], order, e["person"], e["household"], joins, where))
        now: dict[str, str | None] = {}
        for day, _order, person, name, joins, where in sorted(moves, key=lambda m: m[:2]):
            if joins and now.get(person):
                yield where, f"{person} 在 {day} 加入 {name} 时仍是 {now[person]} 的成员"
            if not joins and now.get(person) != name:
                yield where, f"{person} 在 {day} 离开 {name}，但当时不是该户成员"
            now[person] = name if joins else None


class ExpectCheck:
    """The checks of what a case expects."""

    def __init__(self, check: CaseCheck) -> None:
        self.check = check
        self.expect = check.case["expect"]

    def faults(self) -> Iterator[Fault]:
        yield from self._owed()
        yield from self._paid()
        yield from self._decisions()
        yield from self._named()

    def _owed(self) -> Iterator[Fault]:
        seen = set()
        for number, owed in enumerate(self.expect.get("owed", [])):
            where: Where = ("expect", "owed", number)
            programme, subject = owed["programme"], owed["subject"]
            yield from self.check.subject(programme, subject, where)
            key = (owed["month"], programme, subject)
            if key in seen:
                yield where, f"重复列出 {' '.join(key)}"
            seen.add(key)
            award = (AWARDED_WITH.get(programme, programme), subject)
            never = award not in self.check.confirmed and programme != "minimum_living_supplement"
            if owed["amount"] != "0.00" and never:
                yield where, f"{subject} 的 {programme} 从未确认，不会有应发"

    def _paid(self) -> Iterator[Fault]:
        seen = set()
        for number, paid in enumerate(self.expect.get("paid", [])):
            where: Where = ("expect", "paid", number)
            yield from self.check.subject(paid["programme"], paid["subject"], where)
            key = (paid["run"], paid["programme"], paid["subject"], paid["kind"])
            if key in seen:
                yield where, f"重复列出 {' '.join(key)}"
            seen.add(key)
            if paid["run"] not in self.check.run_ids:
                yield (*where, "run"), f"没有批次 {paid['run']}"
            if paid["kind"] == "none" and "for" in paid:
                yield (*where, "for"), "kind 为 none 时没有所属月份"
        if "batch" in self.expect and self.expect["batch"]["run"] not in self.check.run_ids:
            yield ("expect", "batch", "run"), f"没有批次 {self.expect['batch']['run']}"

    def _decisions(self) -> Iterator[Fault]:
        for number, recovery in enumerate(self.expect.get("recoveries", [])):
            where: Where = ("expect", "recoveries", number)
            yield from self.check.subject(recovery["programme"], recovery["subject"], where)
        made = {
            (e["programme"], e["subject"], e["on"])
            for e in self.check.case["events"]
            if e["kind"] in ("decide", "redetermine")
        }
        for number, asked in enumerate(self.expect.get("decisions", [])):
            where = ("expect", "decisions", number)
            yield from self.check.subject(asked["programme"], asked["subject"], where)
            if (asked["programme"], asked["subject"], asked["on"]) not in made:
                yield where, "没有对应的 decide 或 redetermine 事件"

    def _named(self) -> Iterator[Fault]:
        homes: list[tuple[Where, str]] = [
            (("counted_members", name), name) for name in self.expect.get("counted_members", {})
        ]
        homes += [(("totals", n), t["household"]) for n, t in self._listed("totals")]
        people: list[tuple[Where, str]] = [
            (("self_care_grades", name), name) for name in self.expect.get("self_care_grades", {})
        ]
        people += [(("attained", n), a["person"]) for n, a in self._listed("attained")]
        for where, name in homes:
            if name not in self.check.households:
                yield ("expect", *where), f"没有登记家庭 {name}"
        for where, name in people:
            if name not in self.check.persons:
                yield ("expect", *where), f"没有登记人员 {name}"

    def _listed(self, key: str) -> Iterator[tuple[int, dict[str, Any]]]:
        return iter(enumerate(self.expect.get(key, [])))
