"""The floor under a run: read the same facts, write the same rows, build the same indexes.

Plain SQL with nothing thought or checked in between: COPY out into nowhere, INSERT … SELECT of
rows that stand ready into bare tables, CREATE INDEX afterwards.
"""

from __future__ import annotations

import time
from typing import NamedTuple

from django.db import connection

from apps.casework.programme import PROGRAMMES
from tests.bench.county import MONTH

KINDS = (
    *("zone", "disability", "self_care", "care_mode", "parent", "schooling", "death"),
    *("residence", "custody", "other_benefit", "life_certificate"),
)
# Programmes whose rules ask for the day of birth.
BORN = (
    *("old_age_allowance", "elder_service_subsidy", "destitute_basic"),
    *("orphan_allowance", "unattended_child_allowance"),
)
# Programmes whose rules ask when the award was decided.
CHILDREN = ("orphan_allowance", "unattended_child_allowance")
IN_FORCE = f"period @> date '{MONTH}'"
READ = (
    "SELECT id, subject, household_id, person_id, programme, lower(period), assessed_fen, basis,"
    f" over_cap_approved FROM casework_entitlement WHERE {IN_FORCE}",
    "SELECT p.id, p.born FROM households_person p JOIN casework_entitlement e"
    f" ON e.person_id = p.id WHERE e.{IN_FORCE} AND e.programme IN {BORN}",
    'SELECT person_id, household_id, kind, "on", until, code, part, detail, number, amount_fen,'
    f" per, flag, day FROM households_fact WHERE voided_on IS NULL AND kind IN {KINDS}",
    "SELECT id, entitlement_id, zone, grade, household_deduction_fen"
    f" FROM minimum_living_determination WHERE {IN_FORCE}",
    "SELECT determination_id, person_id, wage_fen, base_pension_fen, other_fen, deduction_fen"
    " FROM minimum_living_determinationmember WHERE counted",
    "SELECT entitlement_id, reference FROM minimum_living_grace",
    "SELECT entitlement_id, person_id FROM minimum_living_sanction",
    "SELECT entitlement_id, decided_on FROM casework_decision"
    f" WHERE kind = 'confirm' AND programme IN {CHILDREN}",
    "SELECT person_id, household_id FROM households_bankaccount",
)
READY = (
    "DROP TABLE IF EXISTS ready_due, ready_line",
    "CREATE TABLE ready_due AS TABLE payments_due",
    "CREATE TABLE ready_line AS TABLE payments_paymentline",
    "VACUUM ANALYZE ready_due",
    "VACUUM ANALYZE ready_line",
)
BARE = (
    "DROP TABLE IF EXISTS bare_due, bare_line",
    "CREATE TABLE bare_due (LIKE payments_due)",
    "CREATE TABLE bare_line (LIKE payments_paymentline)",
)
WRITE = (
    "INSERT INTO bare_due SELECT * FROM ready_due",
    "INSERT INTO bare_line SELECT * FROM ready_line",
)
# As in production: two primary keys, three block indexes, and the few dues that wait.
INDEX = (
    "CREATE UNIQUE INDEX ON bare_due (subject, programme, month, calculation_id, entitlement_id)",
    "CREATE INDEX ON bare_due USING brin (calculation_id) WITH (pages_per_range = 16)",
    "CREATE INDEX ON bare_due (month) WHERE verdict IN (3, 4, 5)",
    "CREATE UNIQUE INDEX ON bare_line (subject, programme, month, calculation_id, kind)",
    "CREATE INDEX ON bare_line USING brin (month) WITH (pages_per_range = 16)",
    "CREATE INDEX ON bare_line USING brin (calculation_id) WITH (pages_per_range = 16)",
)


class Floor(NamedTuple):
    """Seconds of the three parts."""

    read: float
    write: float
    index: float

    @property
    def whole(self) -> float:
        return self.read + self.write + self.index


def make_ready() -> None:
    """Keep what the run wrote in plain tables, so that the floor only has to copy it."""
    _all(READY)


def measure() -> Floor:
    """Read, write and index once more, as barely as it can be done."""
    assert set(BORN) <= set(PROGRAMMES)
    _all(BARE)
    _all(("CHECKPOINT",))
    return Floor(_timed(_read), _timed(lambda: _all(WRITE)), _timed(lambda: _all(INDEX)))


def _read() -> None:
    with connection.cursor() as cursor:
        for sql in READ:
            with cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT binary)") as copy:
                for _ in copy:
                    pass


def _all(statements: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        for sql in statements:
            cursor.execute(sql)


def _timed(work: object) -> float:
    assert callable(work)
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
