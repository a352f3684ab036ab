"""比对: what a case expects against what the system holds; every difference with our working."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from apps.casework.models import Decision
from apps.units.money import parse_yuan, yuan
from apps.units.months import Month, month_code, months_between, parse_month
from civil_affairs.casebook.ledger import Ledger, Posted, pays
from civil_affairs.casebook.player import Player

Step = tuple[str, int | None]  # words, and fen where the step has an amount

NOTHING = "（无）"


@dataclass
class Difference:
    """One thing that came out otherwise: what it is, both values, and how ours came about."""

    what: str
    expected: str
    ours: str
    working: list[Step] = field(default_factory=list)


@dataclass
class Comparison:
    """What a case showed: differences fail it, remarks and explanations do not."""

    differences: list[Difference] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    explained: list[tuple[str, list[Step]]] = field(default_factory=list)


def months_in(expect: dict[str, Any]) -> Iterator[Month]:
    """Every month a case asks about."""
    for key in ("owed", "totals"):
        yield from (parse_month(asked["month"]) for asked in expect.get(key, []))
    if "window" in expect:
        yield parse_month(expect["window"]["to"])


def compare(player: Player, *, explain: bool = False) -> Comparison:
    """Every kind of expectation of a case that has been played."""
    expect = player.case["expect"]
    through = max(
        [*months_in(expect), *(run.month for run in player.runs.values())],
        default=player.day.replace(day=1),
    )
    return Comparer(player, Ledger(player.cast, player.runs, through)).compare(explain)


class Comparer:
    """Compares a played case part by part; each part yields its differences."""

    def __init__(self, player: Player, ledger: Ledger) -> None:
        self.player, self.ledger, self.cast = player, ledger, player.cast
        self.expect = player.case["expect"]
        self.found = Comparison(remarks=list(player.refused))

    def compare(self, explain: bool) -> Comparison:
        parts = (
            self._owed,
            self._paid,
            self._recoveries,
            self._decisions,
            self._persons,
            self._totals,
            self._batch,
            self._deadlines,
            self._nothing_else,
        )
        for part in parts:
            self.found.differences += part()
        if explain:
            self._explain()
        return self.found

    # ---- owed ----
    def _owed(self) -> Iterator[Difference]:
        for asked in self.expect.get("owed", []):
            month, subject = parse_month(asked["month"]), self.cast.subject(asked["subject"])
            fen = self.ledger.owed(month, asked["programme"], subject)
            what = f"应发 {asked['month']} {asked['programme']} {asked['subject']}"
            if fen != parse_yuan(asked["amount"]):
                working = self._working(month, asked["programme"], subject)
                yield Difference(what, asked["amount"], yuan(fen), working)
            zone = self.ledger.zone(month, subject)
            if "class" in asked and asked["class"] != zone:
                yield Difference(f"{what} 城乡类别", asked["class"], zone or NOTHING)

    def _working(self, month: Month, programme: str, subject: int) -> list[Step]:
        """How an amount came about, or why there is none."""
        results = self.ledger.results(month, programme, subject)
        if not results:
            return [
                (f"{month_code(month)} 没有生效的待遇", None),
                *self._decided(programme, subject),
            ]
        steps: list[Step] = []
        for result in results:
            steps += self.ledger.said(result, month)
        return steps

    def _decided(self, programme: str, subject: int) -> Iterator[Step]:
        """The decisions on a subject, as the reason for having no award."""
        found = Decision.objects.filter(programme=programme).order_by("pk")
        mine = {"person_id": subject} if subject > 0 else {"household_id": -subject}
        for decision in found.filter(**mine):
            words = f"{decision.decided_on} {decision.get_kind_display()}"
            reason = f"（{decision.reason}）" if decision.reason else ""
            since = f"，自 {month_code(decision.effective)} 起" if decision.effective else ""
            yield f"{words}{reason}{since}", None

    def _explain(self) -> None:
        for asked in self.expect.get("owed", []):
            month, subject = parse_month(asked["month"]), self.cast.subject(asked["subject"])
            what = f"应发 {asked['month']} {asked['programme']} {asked['subject']}"
            fen = self.ledger.owed(month, asked["programme"], subject)
            working = self._working(month, asked["programme"], subject)
            self.found.explained.append((f"{what} = {yuan(fen)}", working))

    # ---- paid ----
    def _paid(self) -> Iterator[Difference]:
        for asked in self.expect.get("paid", []):
            subject = self.cast.subject(asked["subject"])
            mine = [
                line
                for line in self.ledger.posted[asked["run"]]
                if (line.programme, line.subject) == (asked["programme"], subject)
            ]
            found = self._none(mine) if asked["kind"] == "none" else self._line(asked, mine)
            for name, expected, ours in found:
                yield self._paid_difference(asked, name, expected, ours)

    def _none(self, mine: list[Posted]) -> Iterator[tuple[str, str, str]]:
        if mine:
            yield "", NOTHING, "、".join(map(posted_words, mine))

    def _line(self, asked: dict[str, Any], mine: list[Posted]) -> Iterator[tuple[str, str, str]]:
        """What is not as asked in the line of that kind."""
        line = next((line for line in mine if line.kind == asked["kind"]), None)
        if line is None:
            yield "", asked["amount"], "、".join(map(posted_words, mine)) or NOTHING
            return
        if line.fen != parse_yuan(asked["amount"]):
            yield "", asked["amount"], posted_words(line)
        months = [month_code(month) for month in line.months]
        if "for" in asked and sorted(asked["for"]) != months:
            yield "所属月份", "、".join(sorted(asked["for"])), "、".join(months)
        if "payee" in asked and asked["payee"] != line.payee_is:
            yield "收款人", asked["payee"], line.payee_is or NOTHING
        if "offset" in asked and parse_yuan(asked["offset"]) != line.offset_fen:
            yield "抵扣", asked["offset"], yuan(line.offset_fen)

    def _paid_difference(
        self, asked: dict[str, Any], name: str, expected: str, ours: str
    ) -> Difference:
        parts = ("发放", asked["run"], asked["programme"], asked["subject"], asked["kind"], name)
        subject = self.cast.subject(asked["subject"])
        working: list[Step] = [
            (words, None) for words in self.ledger.history(asked["programme"], subject)
        ]
        return Difference(" ".join(part for part in parts if part), expected, ours, working)

    # ---- recoveries ----
    def _recoveries(self) -> Iterator[Difference]:
        found = {(o.programme, o.subject): o for o in self.ledger.overpaid()}
        for asked in self.expect.get("recoveries", []):
            programme, subject = asked["programme"], self.cast.subject(asked["subject"])
            what = f"追缴 {programme} {asked['subject']}"
            working: list[Step] = [(w, None) for w in self.ledger.history(programme, subject)]
            ours = found.get((programme, subject))
            amount, balance = asked["amount"], asked.get("balance", asked["amount"])
            if (ours.fen if ours else 0) != parse_yuan(amount):
                yield Difference(what, amount, yuan(ours.fen) if ours else NOTHING, working)
            if ours is None:
                continue
            months = [month_code(month) for month in ours.months]
            if "for" in asked and sorted(asked["for"]) != months:
                wanted = "、".join(sorted(asked["for"]))
                yield Difference(f"{what} 所属月份", wanted, "、".join(months), working)
            if ours.balance != parse_yuan(balance):
                yield Difference(f"{what} 余额", balance, yuan(ours.balance), working)

    # ---- decisions ----
    def _decisions(self) -> Iterator[Difference]:
        for asked in self.expect.get("decisions", []):
            what = f"决定 {asked['on']} {asked['programme']} {asked['subject']}"
            key = (asked["programme"], asked["subject"], asked["on"])
            taken = [
                decision
                for event, decision in self.player.decisions
                if (event["programme"], event["subject"], event["on"]) == key
            ]
            outcomes = [decision.kind for decision in taken]
            if asked["outcome"] not in outcomes:
                ours = "、".join(outcomes) or NOTHING
                yield Difference(what, asked["outcome"], ours, findings_of(taken))
            elif "reason" in asked:
                self._remark_reason(what, asked["reason"], taken)

    def _remark_reason(self, what: str, wanted: str, taken: list[Decision]) -> None:
        """Reason codes are advisory (FORMAT §10): another one is said, and fails nothing."""
        codes = {test[0] for d in taken for test in d.findings if test[1] is False}
        codes |= {d.reason for d in taken if d.reason}
        if codes and wanted not in codes:
            ours = "、".join(sorted(codes))
            self.found.remarks.append(f"{what} 的理由码预期 {wanted}，本系统为 {ours}")

    # ---- persons and households ----
    def _persons(self) -> Iterator[Difference]:
        for key, count in self.expect.get("counted_members", {}).items():
            ours = self.ledger.counted(self.cast.home(key))
            if ours != count:
                shown = NOTHING if ours is None else str(ours)
                yield Difference(f"计入人口 {key}", str(count), shown)
        for key, grade in self.expect.get("self_care_grades", {}).items():
            mine = self.ledger.self_care(self.cast.persons[key].pk)
            if mine != grade:
                yield Difference(f"自理能力 {key}", grade, mine or NOTHING)
        for asked in self.expect.get("attained", []):
            reached = self.ledger.attained(asked["person"], asked["age"]).isoformat()
            if reached != asked["on"]:
                what = f"满 {asked['age']} 周岁 {asked['person']}"
                yield Difference(what, asked["on"], reached)

    def _totals(self) -> Iterator[Difference]:
        for asked in self.expect.get("totals", []):
            month = parse_month(asked["month"])
            results = self.ledger.of_household(month, self.cast.home(asked["household"]))
            fen = sum(r.outcome.fen for r in results)
            if fen == parse_yuan(asked["amount"]):
                continue
            working: list[Step] = [
                (f"{r.card.code} {self.cast.key_of(r.case.subject)}", r.outcome.fen)
                for r in results
            ]
            what = f"合计 {asked['month']} {asked['household']}"
            yield Difference(what, asked["amount"], yuan(fen), working)

    def _batch(self) -> Iterator[Difference]:
        asked = self.expect.get("batch")
        if asked is None:
            return
        count, fen = self.ledger.batch(asked["run"])
        if (count, fen) != (asked["count"], parse_yuan(asked["total"])):
            wanted = f"{asked['count']} 笔 {asked['total']}"
            lines: list[Step] = [
                (f"{self.cast.key_of(line.subject)} {posted_words(line)}", None)
                for line in self.ledger.posted[asked["run"]]
            ]
            what = f"代发批次 {asked['run']}"
            yield Difference(what, wanted, f"{count} 笔 {yuan(fen)}", lines)

    def _deadlines(self) -> Iterator[Difference]:
        asked = self.expect.get("deadlines", {})
        ours = self.player.clocks.found() if asked else {}
        for key, day in asked.items():
            days = [found.isoformat() for found in ours.get(key, [])]
            if day not in days:
                yield Difference(f"时限 {key}", day, "、".join(days) or NOTHING)

    # ---- exhaustive ----
    def _nothing_else(self) -> Iterator[Difference]:
        if not self.expect.get("exhaustive"):
            return
        yield from self._not_owed()
        yield from self._not_paid()
        yield from self._not_overpaid()

    def _not_owed(self) -> Iterator[Difference]:
        window = self.expect["window"]
        asked = {
            (o["month"], o["programme"], self.cast.subject(o["subject"]))
            for o in self.expect.get("owed", [])
        }
        for month in months_between(parse_month(window["from"]), parse_month(window["to"])):
            for result in self.ledger.everything(month):
                key = (month_code(month), result.card.code, result.case.subject)
                if key not in asked:
                    what = f"应发 {key[0]} {key[1]} {self.cast.key_of(key[2])} 未列出"
                    working: list[Step] = list(self.ledger.said(result, month))
                    yield Difference(what, NOTHING, yuan(result.outcome.fen), working)

    def _not_paid(self) -> Iterator[Difference]:
        asked = {
            (p["run"], p["programme"], self.cast.subject(p["subject"]), p["kind"])
            for p in self.expect.get("paid", [])
        }
        for run, lines in self.ledger.posted.items():
            for line in lines:
                if (run, line.programme, line.subject, line.kind) not in asked:
                    key = self.cast.key_of(line.subject)
                    what = f"发放 {run} {line.programme} {key} 未列出"
                    yield Difference(what, NOTHING, posted_words(line))

    def _not_overpaid(self) -> Iterator[Difference]:
        asked = {
            (r["programme"], self.cast.subject(r["subject"]))
            for r in self.expect.get("recoveries", [])
        }
        for over in self.ledger.overpaid():
            if (over.programme, over.subject) not in asked and pays(over.programme):
                key = self.cast.key_of(over.subject)
                yield Difference(f"追缴 {over.programme} {key} 未列出", NOTHING, yuan(over.fen))


def posted_words(line: Posted) -> str:
    """A line of a run for people: kind, amount, months, and what was withheld."""
    months = "、".join(month_code(month) for month in line.months)
    offset = f"，抵扣 {yuan(line.offset_fen)}" if line.offset_fen else ""
    return f"{line.kind} {yuan(line.fen)}（{months}{offset}）"


def findings_of(decisions: list[Decision]) -> list[Step]:
    """The tests of decisions as they were said."""
    marks = {True: "符合", False: "不符合", None: "由经办人定"}
    return [
        (f"{marks[passed]} {words}（{code}）", None)
        for decision in decisions
        for code, passed, words in decision.findings
    ]
