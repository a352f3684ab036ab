"""What the audit trail costs: `python -m tests.bench.trail --people 52000 --rows 1000000`.

A month is computed in fresh processes on one scratch county, with the trail's triggers and
without them by turns, and the time inside of the triggers is added up by the database (a share
that other work on the machine does not change); then so many rows of a trail are sealed and proved.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from pathlib import Path
from typing import Any

from civil_affairs.holding import services
from tests.bench import month

TRIGGERS = """
DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT tgname, tgrelid::regclass AS name FROM pg_trigger
               WHERE tgfoid = 'offices_trail_write'::regproc LOOP
        EXECUTE format('ALTER TABLE %s {} TRIGGER %I', one.name, one.tgname);
    END LOOP;
END $$
"""
# Rows as pages write them, a handful an act, of an era that is over.
FILL = """
INSERT INTO offices_trail (at, era, change_set, relation, key, op, household_id, before, after,
                           actor_id, login, request)
SELECT now(), 0, n / 4, 'households_fact', n::text, 'U', n % 30000,
       jsonb_build_object('fen', n, 'until', NULL, 'note', 'as it was before ' || n),
       jsonb_build_object('fen', n + 1, 'until', '2024-12-01', 'note', 'as it is now ' || n),
       n % 90, 'township-' || n % 90, 'POST /households/430482-000' || n % 30000 || '/change/'
FROM generate_series(1, {}) n
"""


COUNTED = """
DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET track_functions = pl', current_database());
END $$
"""
INSIDE = """
SELECT coalesce(sum(total_time), 0)::bigint FROM pg_stat_user_functions
WHERE funcname = 'offices_trail_write'
"""


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=52_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=1_000_000)
    asked = parser.parse_args()
    with services() as keep:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civil_affairs.settings")
        import django

        django.setup()
        from civil_affairs.casebook.scratch import scratch_database

        with scratch_database():
            if asked.people:
                of_a_month(asked.people, asked.rounds, keep)
            of_the_chain(asked.rows)
    return 0


def of_a_month(people: int, rounds: int, keep: list[int]) -> None:
    """The computing of a month, with and without, one after the other."""
    from tests.bench import county

    county.make_county(people)
    month.execute(COUNTED, "SELECT pg_stat_reset()")
    run_id = month.new_run()
    took: dict[str, list[float]] = {"ENABLE": [], "DISABLE": []}
    for n in range(2 * rounds):
        how = ("ENABLE", "DISABLE")[(n + n // 2) % 2]  # neither is always the first of a pair
        month.execute(TRIGGERS.format("DISABLE"), *month.RESET)
        month.execute(TRIGGERS.format(how), "CHECKPOINT")
        took[how].append(month.child(run_id, keep)["seconds"])
        month.tell(f"  {how} {took[how][-1]:.2f} s")
    with_it, without = took["ENABLE"], took["DISABLE"]
    inside = month.one(INSIDE) / 1000
    print(f"触发器内 {inside / rounds:.3f} s 一次，占 {inside / sum(with_it):.1%}")
    print(
        f"{people} 人：留痕 {min(with_it):.2f} s，没有 {min(without):.2f} s，"
        f"最快之比 {min(with_it) / min(without):.3f}，"
        f"中位之比 {statistics.median(with_it) / statistics.median(without):.3f}"
    )


def of_the_chain(rows: int) -> None:
    """Sealing and proving a trail of so many rows."""
    from apps.offices.trail import actions, chain

    month.execute(
        "SET session_replication_role = replica",
        FILL.format(rows),
        "SET session_replication_role = DEFAULT",
        "VACUUM ANALYZE offices_trail",
    )
    sealing = timed(actions.seal)
    idle = timed(actions.seal)
    proving = timed(chain.verify)
    assert not chain.verify().faults
    print(f"{rows} 行：封存 {sealing:.1f} s，空转 {idle * 1000:.0f} ms，重算 {proving:.1f} s")


def timed(work: Any) -> float:
    """Seconds of one call."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    os.chdir(Path(__file__).resolve().parents[2])
    raise SystemExit(main())
