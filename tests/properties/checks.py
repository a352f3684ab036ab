"""What must hold of every story once it has been played; each check says what it found wrong."""

from __future__ import annotations

from collections import defaultdict

from django.db import transaction

from apps.casework.engine import Result
from apps.casework.programme import PROGRAMMES
from apps.minimum_living.rule import yearly_standard
from apps.offices.models import Staff
from apps.payments import actions as payments
from apps.payments.audit.compare import audit
from apps.payments.books.checking import always
from apps.payments.models import PaymentRun
from apps.payments.recoveries import actions as recoveries
from apps.payments.recoveries.models import RecoveryEntry
from apps.payments.reprove import reprove
from apps.standards.book import Standards
from apps.units.months import Month, last_day, months_between
from tests.builders import COUNTY
from tests.properties.playing import Pair, Teller, held, overpaid, paid_out, posted


def lines_are_owed_plus_overpaid(teller: Teller) -> None:
    """Σ lines of a month = owed now + recorded overpayment, unless the pair is held (f)."""
    last = max(run.month for run in teller.runs.values())
    want: dict[Pair, int] = defaultdict(int)
    ledger = teller.ledger
    for month, results in ledger.assessment.results.items():
        for r in results:
            if month <= last and paid_out(r.card.code):
                want[month, r.card.code, r.case.subject] += r.outcome.fen
    sent, over, waiting = posted(), overpaid(), held()
    for pair in {*want, *sent, *over}:
        if pair[0] > last:
            continue
        owes, gap = want.get(pair, 0), sum(h.fen or 0 for h in waiting.get(pair, ()))
        if any(h.fen is None for h in waiting.get(pair, ())):
            continue  # nobody knows the amount, so nothing was issued or claimed back for it
        found = (sent.get(pair, 0) + gap, owes + over.get(pair, 0))
        assert found[0] == found[1], f"{pair}: lines + held {found[0]}, owed + overpaid {found[1]}"


def twice_is_once(teller: Teller) -> None:
    """A second run of the last month issues nothing; overpayments are recorded once (e)."""
    last = max(run.month for run in teller.runs.values())
    posts, day = teller.posts, teller.day
    with transaction.atomic():
        run = payments.open_run(month=last, cutoff=day, division=COUNTY, by=posts.maker)
        counts = payments.compute_run(run.pk)
        assert counts is not None
        assert counts.lines == 0, f"a second run of {last} issued {counts.lines} lines"
        payments.cancel_run(run.pk, by=posts.maker)
        transaction.set_rollback(True)
    steps = RecoveryEntry.objects.count()
    recoveries.refresh_recoveries(on=day, by=posts.maker)
    assert RecoveryEntry.objects.count() == steps, "overpayments were recorded a second time"


def nothing_beside_what_excludes_it(teller: Teller) -> None:
    """No two excluded programmes with money in one person-month; one award a slot (g)."""
    ledger = teller.ledger
    for month, results in ledger.assessment.results.items():
        standards = ledger.book.month(month)
        having: dict[int, dict[str, Result]] = defaultdict(dict)
        for r in results:
            if r.outcome.fen:
                for person in r.case.persons:
                    having[person][r.card.code] = r
        for person, found in having.items():
            _excluded(month, person, found, standards)
            _slots(month, person, found, standards)


def _excluded(month: Month, person: int, found: dict[str, Result], standards: Standards) -> None:
    for code, result in found.items():
        for exclusion in PROGRAMMES[code].excluded_by:
            on = exclusion.switch is None or standards.on(exclusion.switch)
            both = on and exclusion.programme in found and result.case.subject > 0
            assert not both, f"{month} {person}: {code} beside {exclusion.programme}"
        for other in PROGRAMMES[code].members_out_by:
            assert other not in found, f"{month} {person}: counted in {code} beside {other}"


def _slots(month: Month, person: int, found: dict[str, Result], standards: Standards) -> None:
    slots: dict[str, list[str]] = defaultdict(list)
    for code in found:
        slot = PROGRAMMES[code].slot
        if slot and (slot.switch is None or standards.on(slot.switch)):
            slots[slot.name].append(code)
    for name, codes in slots.items():
        assert len(codes) < 2, f"{month} {person}: {codes} in the one slot {name}"


def amounts_are_sane(teller: Teller) -> None:
    """Never below zero; never above the standard of the month, for so many people (h)."""
    ledger = teller.ledger
    for month, results in ledger.assessment.results.items():
        standards = ledger.book.month(month)
        for r in results:
            most = _most(r, standards)
            words = f"{month} {r.card.code} {r.case.subject}: {r.outcome.fen}, at most {most}"
            assert 0 <= r.outcome.fen <= r.outcome.base <= most, words
            assert r.outcome.fen == 0 or r.outcome.verdict == 1, words


def _most(r: Result, standards: Standards) -> int:
    """The most a month can come to, from the standards alone."""
    if not r.outcome.base:
        return 0
    if r.card.code == "minimum_living":
        whole = yearly_standard(r.case.facts.zone, standards) * len(r.case.persons)
        return -(-whole // 12)
    if r.card.code == "minimum_living_supplement":
        return -(-yearly_standard(r.case.facts.zone, standards) // 12)
    if r.card.code == "temporary_relief":
        return int(r.case.facts.assessed_fen)
    rows = [standards.row(key, band) for key in _keys(r) for band in standards.bands(key) or ("",)]
    amounts = [row.value or 0 for row in rows if row.unit in ("fen", "fen_month")]
    months = standards.optional("destitute_funeral.months") or 1
    return max(amounts) * (months if r.card.code == "destitute_funeral" else 1)


def _keys(r: Result) -> list[str]:
    return [key for key in r.card.standards if not key.endswith(("grade_amounts", "supplement"))]


def no_month_after_death(teller: Teller) -> None:
    """Nobody is owed a monthly benefit for a month after the month of death (CV-08)."""
    from apps.households.models import Fact

    died = dict(Fact.objects.known_now().filter(kind="death").values_list("person_id", "on"))
    for month, results in teller.ledger.assessment.results.items():
        for r in results:
            gone = died.get(r.case.subject)
            late = gone is not None and gone < month and r.card.nature.value == "cash_monthly"
            assert not (late and r.outcome.fen), f"{month} {r.card.code}: died on {gone}"


def both_ways_agree(teller: Teller) -> None:
    """Every month computed for everybody: by the rules, by sets in SQL, and said again (i)."""
    found = teller.ledger.assessment.results
    for month in months_between(min(found), max(found)) if found else ():
        with transaction.atomic():
            run = _computed(month, teller.posts.maker)
            assert run.calculation is not None
            differences = audit(run.calculation, month).differences
            assert differences == [], f"{month}: {differences}"
            again = reprove(month).different
            assert again == [], f"{month}: {again}"
            transaction.set_rollback(True)


def _computed(month: Month, maker: Staff) -> PaymentRun:
    """A run of the month as everything is known now."""
    run = payments.open_run(month=month, cutoff=last_day(month), division=COUNTY, by=maker)
    payments.compute_run(run.pk)
    run.refresh_from_db()
    return run


def the_books_tie(_teller: Teller) -> None:
    """Every property of the books holds: vouchers whole, books = lines = bank items (A1-A7)."""
    broken = [one for one in always() if one.broken]
    assert not broken, "; ".join(f"{one.code} {one.says}: {one.example}" for one in broken)
