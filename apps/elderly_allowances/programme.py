"""高龄津贴: its card."""

from __future__ import annotations

from apps.casework.programme import Nature, Programme, Rule, Start, Subject, register
from apps.elderly_allowances.facts import gather_old_age
from apps.elderly_allowances.rule import OldAge, old_age_allowance
from apps.units.months import month

OLD_AGE = Programme(
    code="old_age_allowance",
    number=41,
    name="高龄津贴",
    short="高龄",
    app="elderly_allowances",
    subject=Subject.PERSON,
    nature=Nature.MONTHLY,
    start=Start.OF_APPLICATION,
    law=("R-GL-01", "R-GL-02", "R-GL-03", "R-GL-04"),
    rules=(Rule(411, month(2010, 1), old_age_allowance, OldAge),),
    gather=gather_old_age,
    lapses=True,
    needs_life_certificate=True,
    budget="2081002",
    standards=("old_age_allowance.bands", "old_age_allowance.late_application"),
)

register(OLD_AGE)
