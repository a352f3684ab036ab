"""户与人的登记: every write to persons, households, members, facts and accounts."""

from apps.households.actions.accounts import open_account
from apps.households.actions.facts import record, void
from apps.households.actions.homes import admit, form_household, leave
from apps.households.actions.merging import merge_persons, part_persons, tell_apart
from apps.households.actions.moving import close_household, relate_to, relocate
from apps.households.actions.persons import new_person, reveal_ids
from apps.households.shapes import BadFact

__all__ = [
    "BadFact",
    "admit",
    "close_household",
    "form_household",
    "leave",
    "merge_persons",
    "new_person",
    "open_account",
    "part_persons",
    "record",
    "relate_to",
    "relocate",
    "reveal_ids",
    "tell_apart",
    "void",
]
