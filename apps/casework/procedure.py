"""办理流程: the steps of an application as data, and what each still needs. No Django.

A card names its procedure; casework/actions moves an application along it, the database refuses
every other move. What a step needs is answered by whoever keeps it (材料、核对、入户、公示)
through the registry below: casework does not know them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from apps.offices.models import Role

# (application, the day of the step) -> what is still missing, in Chinese with how to mend it
Need = Callable[[Any, dt.date], list[str]]
NEEDS: dict[str, Need] = {}
# need -> the address of the page on which what is missing can be mended
Place = Callable[[Any], str]
MENDED: dict[str, Place] = {}
# (applications, the day) -> those of them for which nothing of a need is missing
Among = Callable[[Collection[int], dt.date], Collection[int]]
AMONG: dict[str, Among] = {}
# (application) -> the staff who looked into it, as the app that keeps the visits knows them
Investigators = Callable[[Any], list[int]]
INVESTIGATORS: dict[str, Investigators] = {}


class Lack(NamedTuple):
    """One thing that a step still needs: which need, in words, and where to mend it."""

    need: str
    words: str
    url: str = ""


class Step(NamedTuple):
    """One legal step of a procedure: verb, the states it leaves, the state it enters, who may.

    ``needs`` are names in NEEDS that must have nothing missing; ``starts`` is the act whose clock
    runs from this step (casework.deadlines.ACTS); ``back_entry`` marks the steps by which a
    decision already taken on paper is entered (补录), allowed only where the dated switch says so.
    """

    code: str
    verb: str
    sources: tuple[str, ...]
    target: str
    roles: tuple[Role, ...]
    needs: tuple[str, ...] = ()
    starts: str = ""
    back_entry: bool = False
    # 权限下放: True only where the township decides, False only where it does not, None always
    delegated: bool | None = None
    note: bool = False  # the reason must be told
    once: bool = False  # a second time only with a reason (一次性告知)
    limit: str = ""  # standard up to which a TOWNSHIP_LEAD may take it without delegation


Procedure = tuple[Step, ...]


def need(name: str, at: Place | None = None) -> Callable[[Need], Need]:
    """Answer for what a step needs; called at import of an app's needs.py.

    ``at``: the address of the page on which this application gets what is missing.
    """

    def register(answer: Need) -> Need:
        known = NEEDS.get(name)
        if known is not None and known.__qualname__ != answer.__qualname__:
            raise ValueError(f"two answers for the need {name}")
        NEEDS[name] = answer
        if at is not None:
            MENDED[name] = at
        return answer

    return register


def among(name: str) -> Callable[[Among], Among]:
    """Answer for a need of many applications at once, for lists; called as ``need`` is."""

    def register(answer: Among) -> Among:
        AMONG[name] = answer
        return answer

    return register


def investigated_by(app: str) -> Callable[[Investigators], Investigators]:
    """Say who looked into an application; called at import of an app's needs.py."""

    def register(answer: Investigators) -> Investigators:
        INVESTIGATORS[app] = answer
        return answer

    return register
