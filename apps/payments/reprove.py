"""复核证明: every stored due said again from its own facts and standards, at county size."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import connection

from apps.casework.outcome import Outcome
from apps.payments.derive import say_again
from apps.payments.models import Calculation
from apps.standards.book import Standards, unpack
from apps.units.months import Month
from apps.units.working import silent

# Every due of a benefit month, by every calculation that counts, oldest first.
DUES = """
SELECT d.calculation_id, d.subject, d.programme, d.entitlement_id, d.fen, d.base_fen, d.verdict,
       d.rule, d.facts
FROM payments_due d
JOIN payments_calculation c ON c.id = d.calculation_id
JOIN payments_paymentrun r ON r.id = c.run_id
WHERE d.month = %s AND r.calculation_id = c.id AND r.state <> 'cancelled'
ORDER BY d.calculation_id
"""


class Disagreement(NamedTuple):
    """A due whose rule no longer says what was stored."""

    calculation: int
    subject: int
    programme: str
    stored_fen: int
    said_fen: int


class Reproof(NamedTuple):
    """How many dues were said again, and those that came out differently."""

    said: int
    different: list[Disagreement]


def reprove(month: Month) -> Reproof:
    """Say every due of a benefit month again; amounts, base and verdict must be the same."""
    said = 0
    different: list[Disagreement] = []
    sayer: _Sayer | None = None
    with connection.chunked_cursor() as cursor:
        cursor.cursor.itersize = 20_000
        cursor.execute(DUES, [month])
        for calculation, subject, programme, _, fen, base, verdict, rule, facts in cursor:
            if sayer is None or sayer.calculation != calculation:
                sayer = _Sayer(calculation, month)
            outcome = sayer.say(programme, rule, facts)
            said += 1
            if (outcome.fen, outcome.base, int(outcome.verdict)) != (fen, base, verdict):
                different.append(Disagreement(calculation, subject, programme, fen, outcome.fen))
    return Reproof(said, different)


class _Sayer:
    """Says dues of one calculation; equal facts are said once."""

    def __init__(self, calculation: int, month: Month) -> None:
        self.calculation = calculation
        book = unpack(Calculation.objects.values_list("book", flat=True).get(pk=calculation))
        self._standards: Standards = book.month(month)
        self._seen: dict[Any, Outcome] = {}

    def say(self, programme: str, rule: int, facts: list[int]) -> Outcome:
        """The outcome of a rule on stored facts."""
        key = (programme, rule, tuple(facts))
        found = self._seen.get(key)
        if found is None:
            found = say_again(programme, rule, facts, self._standards, silent)
            self._seen[key] = found
        return found
