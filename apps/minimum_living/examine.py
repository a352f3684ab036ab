"""审核: the tests of a decision on minimum living and on the two household statuses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from apps.casework.models import Application, Entitlement
from apps.casework.outcome import Test
from apps.casework.programme import Examination
from apps.households.kinds import ZONES
from apps.households.models import Fact
from apps.minimum_living.evidence import Evidence, Picture
from apps.minimum_living.models import DeterminationMember
from apps.minimum_living.rule import SEVERE, WHY_NOT, MinimumLiving, counted_income, yearly_standard
from apps.standards.book import Standards
from apps.units.ages import add_months, age_on
from apps.units.money import divide_half_up, yuan
from apps.units.months import Month, month_of, next_month
from apps.units.rates import ONE, rate_words

MIND = ("intellectual", "mental")
WORKING = ("wage", "business_net")
SINGLE = "single_entry_conditions"


class Known:
    """The file on the day it is judged: the evidence, the picture, the standards of the month."""

    def __init__(self, application: Application, day: dt.date, standards: Standards) -> None:
        self.day, self.month, self.standards = day, month_of(day), standards
        self.application = application
        self.evidence = Evidence(application.household_id, application.person_id)
        self.picture: Picture = self.evidence.picture(day, next_month(self.month))
        self.facts: MinimumLiving = self.picture.facts()

    @property
    def income(self) -> int:
        """Counted income a year, exact (fen × 10000)."""
        return counted_income(self.facts, self.standards).whole

    def line(self, multiple: int = ONE) -> int:
        """A multiple of the standard × persons, a year, in the unit of ``income``."""
        return yearly_standard(self.facts.zone, self.standards) * self.facts.heads * multiple

    def per_head(self) -> str:
        """Income a head a month in yuan, for people to read."""
        heads = max(1, self.facts.heads)
        return yuan(divide_half_up(self.income, 12 * ONE * heads))

    def awards(self, programme: str, month: Month) -> bool:
        """Whether the household as such has an award of the programme in force in the month."""
        return (
            Entitlement.objects.of(programme)
            .payable_in(month)
            .filter(household_id=self.application.household_id, person__isnull=True)
            .exists()
        )


def _known(x: Examination) -> Known:
    return Known(x.application, x.day, x.book.month(month_of(x.day)))


def examine_minimum_living(x: Examination) -> list[Test]:
    """R-DB-01 to 09: who counts, single entry, income strictly below, property."""
    known = _known(x)
    tests = [members(known)]
    if x.application.person_id is not None:
        tests += [single_entry(known), not_counted_twice(known)]
    return [*tests, below_standard(known), within(known)]


def members(known: Known) -> Test:
    """Who is counted, and why the others are not: said aloud, never a reason to refuse alone."""
    names = {pk: person.name for pk, person in known.evidence.people.items()}
    counted = "、".join(names[m.person] for m in known.picture.counted) or "无"
    left = "；".join(
        f"{names[m.person]}不计入（{WHY_NOT[m.why_not]}）"
        for m in known.picture.members
        if m.why_not
    )
    words = f"计入共同生活家庭成员{known.facts.heads}人：{counted}"
    return Test("members", known.facts.heads > 0, f"{words}；{left}" if left else words)


def below_standard(known: Known, code: str = "income_not_below_standard") -> Test:
    """Income strictly below the standard (CV-06); the status of the edge asks the contrary."""
    below = known.income < known.line()
    passed = below if code == "income_not_below_standard" else not below
    words = "低于" if below else "不低于"
    return Test(code, passed, f"人均月收入{known.per_head()}元，{words}{_standard(known)}")


def _standard(known: Known) -> str:
    """The standard in words: 农村低保标准5400.00元/年（450.00元/月）."""
    year = yearly_standard(known.facts.zone, known.standards)
    zone = ZONES[known.picture.zone]
    return f"{zone}低保标准{yuan(year)}元/年（{yuan(divide_half_up(year, 12))}元/月）"


def within(known: Known) -> Test:
    """Property over the limits fails; not configured or not checked: the officer decides."""
    found = known.evidence.flag("property", known.day)
    words = {
        True: "家庭财产核查合规",
        False: "家庭财产超过规定限额",
        None: "家庭财产没有核查结论或限额未配置，由经办人认定",
    }
    return Test("property_over_limit", found, words[found])


def not_counted_twice(known: Known) -> Test:
    """Nobody is in two awards of minimum living in one month (R-DB-23)."""
    month = next_month(known.month)
    twice = DeterminationMember.objects.filter(
        person_id=known.application.person_id or 0,
        counted=True,
        determination__period__contains=month,
        determination__entitlement__period__contains=month,
        determination__entitlement__person__isnull=True,
    ).exists()
    words = "本人已计入家庭低保的保障人口，不得再按单人户纳入"
    return Test("already_counted", not twice, words if twice else "本人未计入其他低保家庭")


# ---- 单人户 (R-DB-02, 03, 04) ----------------------------------------------------------------


def single_entry(known: Known) -> Test:
    """The conditions of the basis applied for; without a basis, of any of them."""
    basis = known.application.basis
    bases = [basis] if basis in BASES else list(BASES)
    for code in bases:
        name, holds = BASES[code]
        if holds(known):
            return Test(SINGLE, True, f"符合单人户条件：{name}")
    names = "、".join(BASES[code][0] for code in bases)
    return Test(SINGLE, False, f"不符合单人户条件：{names}")


def _edge(known: Known) -> bool:
    return known.awards("marginal_household", known.month)


def certificates(known: Known) -> list[Fact]:
    """Certificates valid on the day: the newest, and in its month of issue the one before."""
    person = known.application.person_id or 0
    held = known.evidence.facts("disability", known.day, person)
    newest = held[-1:]
    if newest and month_of(newest[0].on) == known.month:
        newest = held[-2:]
    return [c for c in newest if c.until is None or c.until >= known.day]


def _severe(known: Known) -> bool:
    return any(c.number in SEVERE for c in certificates(known))


def _edge_severe_disability(known: Known) -> bool:
    of_mind = any(c.number == 3 and c.code in MIND for c in certificates(known))
    return _edge(known) and (of_mind or _severe(known))


def _edge_serious_illness(known: Known) -> bool:
    listed = known.evidence.flag("illness", known.day, known.application.person_id)
    return bool(listed) and _edge(known)


def _adult_unemployed_severe(known: Known) -> bool:
    person = known.application.person_id or 0
    adult = age_on(known.evidence.people[person].born, known.day) >= 18
    incomes = known.evidence.by_code("income", known.day, person)
    return adult and _severe(known) and not any(incomes.get(code) for code in WORKING)


def _religious_staff(known: Known) -> bool:
    return known.evidence.in_temple(known.application.person_id or 0, known.day)


BASES: dict[str, tuple[str, Callable[[Known], bool]]] = {
    "edge_severe_disability": ("低保边缘家庭中的重度残疾人员", _edge_severe_disability),
    "edge_serious_illness": ("低保边缘家庭中的重病患者", _edge_serious_illness),
    "adult_unemployed_severe": ("成年无业重度残疾人", _adult_unemployed_severe),
    "religious_staff": ("脱离家庭三年以上的宗教教职人员", _religious_staff),
}


# ---- 低保边缘、刚性支出困难家庭 (R-BY, R-GX): statuses, no money --------------------------------


def examine_marginal(x: Examination) -> list[Test]:
    """R-BY-01: not below the standard, below its multiple, property within limits."""
    known = _known(x)
    return [
        members(known),
        below_standard(known, code="income_below_standard"),
        below_edge(known),
        within(known),
    ]


def below_edge(known: Known) -> Test:
    """Strictly below a multiple of the standard (R-BY-01)."""
    multiple = known.standards.amount("marginal_household.multiplier")
    passed = known.income < known.line(multiple)
    words = "低于" if passed else "不低于"
    line = divide_half_up(yearly_standard(known.facts.zone, known.standards) * multiple, 12 * ONE)
    edge = f"低保标准的{rate_words(multiple)}（{yuan(line)}元/月）"
    return Test("income_not_below_edge", passed, f"人均月收入{known.per_head()}元，{words}{edge}")


def examine_rigid(x: Examination) -> list[Test]:
    """R-GX-01: neither poor nor marginal, below the disposable income, spending above the ratio."""
    known = _known(x)
    marginal = known.awards("marginal_household", known.month)
    poor = _on_minimum_living(x, known)
    return [
        members(known),
        Test("on_minimum_living", not poor, "家庭在享低保" if poor else "家庭未享受最低生活保障"),
        Test(
            "recognised_marginal",
            not marginal,
            "已认定为低保边缘家庭" if marginal else "未认定为低保边缘家庭",
        ),
        below_disposable(known),
        within(known),
        ratio_exceeded(known),
    ]


def _on_minimum_living(x: Examination, known: Known) -> bool:
    """An award of the household with money before sanctions, this month or decided for the next."""
    for month in (known.month, next_month(known.month)):
        if not known.awards("minimum_living", month):
            continue
        shares = x.computed(month).of("minimum_living")
        mine = [shares[m.person] for m in known.picture.counted if m.person in shares]
        if any(share.base_fen > 0 for share in mine):
            return True
    return False


def below_disposable(known: Known) -> Test:
    """Income a head below last year's disposable income of the class (R-GX-01)."""
    key = f"rigid_expenditure_household.disposable_income_{known.picture.zone}"
    disposable = known.standards.amount(key)
    passed = known.income < disposable * known.facts.heads * ONE
    words = "低于" if passed else "不低于"
    head = divide_half_up(known.income, ONE * max(1, known.facts.heads))
    line = f"{words}上年度人均可支配收入{yuan(disposable)}元"
    return Test("income_not_below_disposable", passed, f"人均年收入{yuan(head)}元，{line}")


def ratio_exceeded(known: Known) -> Test:
    """Strictly above (CV-06); compared as whole numbers, without dividing."""
    ratio = known.standards.amount("rigid_expenditure_household.ratio")
    spent = sum(known.evidence.by_code("expenditure", known.day).values())
    passed = spent * ONE * ONE > known.income * ratio
    words = "超出" if passed else "未超出"
    income = yuan(divide_half_up(known.income, ONE))
    share = f"刚性支出{yuan(spent)}元 ÷ 家庭年收入{income}元"
    return Test("ratio_not_exceeded", passed, f"{share}，{words}{rate_words(ratio)}")


def valid_to(decided_on: dt.date, standards: Standards) -> dt.date | None:
    """有效期至: the same date months on (R-GX-03, CV-07); None when no term is configured."""
    months = standards.optional("rigid_expenditure_household.valid_months")
    return add_months(decided_on, months) if months else None
