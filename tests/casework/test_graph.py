"""流转图: every legal move of every programme works and every other is refused, twice over.

In the database by one block that tries every state, target and mark of every procedure; in the
actions by taking every step of every procedure from every state.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from apps.casework import actions
from apps.casework.graph import Edge, edges, procedures
from apps.casework.models import Application, Complaint, Draw, StepTaken, Transition
from apps.casework.procedure import NEEDS, Procedure, Step
from apps.casework.programme import PROGRAMMES, Programme, Subject
from apps.households.models import Household
from apps.offices.models import Role, Staff
from apps.offices.moves import NotFound, StaleState
from apps.standards.actions import adopt
from tests import builders
from tests.builders import date, month

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
ALL = list(procedures())
STATES = list(Application.State.values)
HERE = builders.VILLAGE


def place(rows: list[Application]) -> None:
    """Put applications into the states they say, past the rule that they begin as submitted."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE casework_application DISABLE TRIGGER application_begins")
    Application.objects.bulk_create(rows)


TRY = """
CREATE TEMP TABLE moved (
    programme text, track text, source text, target text, back_entry bool, delegated bool);
DO $$
DECLARE one record; aim text; mark int;
BEGIN
    FOR one IN SELECT * FROM casework_application LOOP
        FOREACH aim IN ARRAY ARRAY{states} LOOP
            FOR mark IN 0..2 LOOP
                BEGIN
                    UPDATE casework_application
                        SET state = aim, version = version + 1,
                            back_entry = mark = 1, delegated = mark = 2
                        WHERE id = one.id;
                    IF aim <> one.state THEN
                        RAISE EXCEPTION USING ERRCODE = 'ZZ001';
                    END IF;
                EXCEPTION
                    WHEN restrict_violation THEN NULL;
                    WHEN SQLSTATE 'ZZ001' THEN
                        INSERT INTO moved VALUES
                            (one.programme, one.track, one.state, aim, mark = 1, mark = 2);
                END;
            END LOOP;
        END LOOP;
    END LOOP;
END $$;
"""


def test_the_database_lets_exactly_the_moves_of_the_cards_happen() -> None:
    homes = [builders.household((builders.person(f"甲{n}"), "applicant")) for n in range(30)]
    clerk = builders.staff()
    place(
        [
            Application(
                programme=card.code,
                track=track,
                household=homes[n + 15 * bool(track)],
                state=state,
                applied_on=date("2024-05-06"),
                prepared_by=clerk,
            )
            for card, track, _ in ALL
            for n, state in enumerate(STATES)
        ]
    )
    with connection.cursor() as cursor:
        cursor.execute(TRY.format(states=STATES))
        cursor.execute("SELECT * FROM moved")
        moved = {Edge(*row) for row in cursor.fetchall()}
    assert moved == set(edges())
    tried = len(ALL) * len(STATES) * len(STATES) * 3
    print(f"{tried} moves tried, {len(moved)} legal, {tried - len(moved)} refused")


def test_the_table_of_moves_is_that_of_the_cards_and_can_be_brought_to_it() -> None:
    wanted = Transition.objects.count()
    assert wanted == len(list(edges()))
    Transition.objects.filter(target="confirmed").delete()
    Transition.objects.create(
        programme="minimum_living",
        source="submitted",
        target="noticed",
        back_entry=False,
        delegated=False,
    )
    assert actions.adopt_transitions() == wanted
    held = Transition.objects.values_list(
        "programme", "track", "source", "target", "back_entry", "delegated"
    )
    assert {Edge(*row) for row in held} == set(edges())


def placed(card: Programme, track: str, state: str, home: Household, clerk: Staff) -> Application:
    """An application in that state, of a subject that fits."""
    who = None if card.subject is Subject.HOUSEHOLD else home.members.get().person
    made = Application(
        programme=card.code,
        track=track,
        household=home,
        person=who,
        state=state,
        accepted_on=date("2025-05-06"),
        applied_on=date("2025-05-06"),
        prepared_by=clerk,
    )
    place([made])
    return made


def families() -> Iterator[tuple[Programme, str, Procedure]]:
    """One programme for each procedure; which programme has which is in the database's test."""
    seen: set[Procedure] = set()
    for card, track, steps in ALL:
        if steps not in seen:
            seen.add(steps)
            yield card, track, steps


@pytest.fixture
def nothing_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a step needs is there: these tests are about the moves only."""
    for name in NEEDS:
        monkeypatch.setitem(NEEDS, name, lambda _application, _on: [])


def route(delegated: bool, family: str) -> None:
    if delegated:
        adopt(
            "casework.delegated",
            from_month=month("2025-01"),
            value={family: True},
            recorded_on=date("2025-01-02"),
            by=builders.staff(),
        )


def legal(steps: Procedure, state: str, *, delegated: bool) -> dict[str, Step]:
    """The steps from a state by a route, without 补录, by code."""
    found: dict[str, Step] = {}
    for step in steps:
        mine = state in step.sources and step.delegated in (None, delegated)
        if mine and not step.back_entry:
            found.setdefault(step.code, step)
    return found


@pytest.mark.parametrize("delegated", [False, True])
@pytest.mark.parametrize(
    ("card", "track", "steps"),
    list(families()),
    ids=[f"{card.code}{track}" for card, track, _ in families()],
)
def test_every_step_is_taken_from_where_it_starts_and_from_nowhere_else(
    card: Programme, track: str, steps: Procedure, delegated: bool, nothing_missing: None
) -> None:
    if delegated and all(step.delegated is None for step in steps):
        pytest.skip("no route of its own")
    route(delegated, card.app)
    clerk = builders.staff()
    home = builders.household((builders.person("张三", "1940-05-05"), "applicant"))
    posts = {role: builders.staff(role, division_of(role)) for role in Role}
    codes = list(dict.fromkeys(step.code for step in steps if not step.back_entry))
    # The route changes nothing where no step of the state belongs to one.
    routed = {state for step in steps if step.delegated is not None for state in step.sources}
    for state in sorted(routed) if delegated else STATES:
        here = legal(steps, state, delegated=delegated)
        with transaction.atomic():
            asked = placed(card, track, state, home, clerk)
            for code in codes:
                step = here.get(code)
                mine = step or next(one for one in steps if one.code == code)
                outcome = tried(asked, code, posts[mine.roles[-1]])
                assert outcome == (step.target if step else "refused"), (state, code)
            transaction.set_rollback(True)


def division_of(role: Role) -> str:
    """Where a post sits: townships in the township of the village, the others in the county."""
    return HERE[:9] if role.value.startswith("township") else HERE[:6]


class Undo(Exception):
    """The trial of a step is over."""


def tried(asked: Application, code: str, by: Staff) -> str:
    """The state a step leads to, or "refused"; nothing of it is kept."""
    try:
        with transaction.atomic():
            if code == "confirm":
                terms = actions.Terms(assessed_fen=100_00)
                actions.confirm(asked.pk, on=date("2025-05-12"), by=by, terms=terms)
            elif code == "reject":
                actions.reject(asked.pk, on=date("2025-05-12"), by=by, reason="理由")
            else:
                actions.take(asked.pk, code, on=date("2025-05-12"), by=by, note="说明")
            raise Undo(Application.objects.values_list("state", flat=True).get(pk=asked.pk))
    except Undo as undone:
        return str(undone)
    except (StaleState, NotFound, actions.Refused):  # NotFound: 残联, of what is not with it
        return "refused"


def test_paper_decisions_are_entered_only_where_the_month_allows_it() -> None:
    for day, works in (("2024-12-30", True), ("2025-01-02", False)):
        who = builders.person("王秀英", "1940-05-05")
        home = builders.household((who, "applicant"))
        asked = builders.application("old_age_allowance", home, who, "2024-12-02")
        boss = builders.staff(Role.COUNTY_SUPERVISOR)
        if works:
            actions.take(asked.pk, "back_entry", on=date(day), by=boss)
            asked.refresh_from_db()
            assert (asked.state, asked.back_entry) == ("confirmed", True)
            assert StepTaken.objects.get(application=asked).back_entry
        else:
            with pytest.raises(actions.Refused, match="2025-01不允许补录"):
                actions.take(asked.pk, "back_entry", on=date(day), by=boss)


@pytest.mark.parametrize(
    "change",
    [
        {"programme": "destitute_basic"},
        {"track": "emergency"},
        {"back_entry": True},
        {"delegated": True},
        {"state": "accepted"},  # a legal move that does not count the version
    ],
    ids=str,
)
def test_what_fixes_the_way_is_not_rewritten(change: dict[str, object]) -> None:
    home = builders.household()
    asked = builders.application("minimum_living", home, on="2025-05-06")
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=asked.pk).update(**change)


def test_nothing_begins_half_way() -> None:
    home, clerk = builders.household(), builders.staff()
    with pytest.raises(IntegrityError, match="只能从"), transaction.atomic():
        Application.objects.create(
            programme="minimum_living",
            household=home,
            state="reviewing",
            applied_on=date("2025-05-06"),
            prepared_by=clerk,
        )


def test_steps_complaints_and_draws_stay_as_they_were_recorded() -> None:
    home, clerk = builders.household(), builders.staff()
    asked = builders.application("minimum_living", home, on="2024-05-06")
    actions.accept(asked.pk, on=date("2024-05-07"), by=clerk)
    actions.register_complaint(asked.pk, on=date("2024-05-08"), by=clerk, words="收入不实")
    Draw.objects.create(
        programme="destitute_basic",
        township=HERE[:9],
        quarter=month("2024-04"),
        rate=3000,
        seed=1,
        pool=[asked.pk],
        drawn=[asked.pk],
        on=date("2024-05-08"),
        by=clerk,
    )
    for table in (StepTaken, Complaint, Draw):
        with pytest.raises(IntegrityError, match="只可追加"), transaction.atomic():
            table.objects.update(on=date("2024-05-01"))
        with pytest.raises(IntegrityError, match="只可追加"), transaction.atomic():
            table.objects.all()._raw_delete(using="default")


def test_the_page_of_procedures_in_the_docs_is_that_of_the_cards() -> None:
    out = io.StringIO()
    call_command("procedures", stdout=out)
    printed = (ROOT / "docs" / "procedures.md").read_text(encoding="utf-8")
    assert printed == out.getvalue(), "./run procedures > docs/procedures.md"
    assert all(str(card.name) in printed for card in PROGRAMMES.values() if not card.awarded_with)
