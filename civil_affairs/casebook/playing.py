"""逐例运行: each case in a transaction of its own that is never kept."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterable, Iterator

from django.db import transaction

from civil_affairs.casebook.cast import Posts
from civil_affairs.casebook.compare import compare
from civil_affairs.casebook.player import Player, Stuck, load_profile, never_kept
from civil_affairs.casebook.reading import CaseFile
from civil_affairs.casebook.report import Told


def play_all(cases: Iterable[CaseFile], *, explain: bool = False) -> Iterator[Told]:
    """Each case in turn, on the standards of its profile; nothing of it remains."""
    by_profile: dict[str, list[CaseFile]] = {}
    for case in cases:
        by_profile.setdefault(case.profile, []).append(case)
    for name, mine in by_profile.items():
        with never_kept():
            posts = Posts()
            load_profile(name, posts)
            for case in mine:
                yield play_one(case, posts, explain=explain)


def play_one(
    case: CaseFile,
    posts: Posts,
    *,
    explain: bool = False,
    also: Callable[[Player], None] | None = None,
) -> Told:
    """One case, played, compared and rolled back; the profile is loaded already.

    ``also`` may look at the played case before it goes (the second way of the proofs).
    """
    told = Told(case.path, case.id, case.title)
    began = time.monotonic()
    with transaction.atomic():
        try:
            player = Player(case, posts)
            player.play()
            told.comparison = compare(player, explain=explain)
            if also:
                also(player)
        except Stuck as stuck:
            told.stuck = (stuck.place, str(stuck))
        except Exception as defect:  # noqa: BLE001 - a defect fails its case, not the others
            told.stuck = ("程序缺陷", defect_words(defect))
        finally:
            transaction.set_rollback(True)
    told.seconds = time.monotonic() - began
    return told


def defect_words(defect: Exception) -> str:
    """A defect of ours in one line: what it is, and the line of our code it came from."""
    frames = traceback.extract_tb(defect.__traceback__)
    last = frames[-1]
    return f"{type(defect).__name__}: {defect}（{last.filename}:{last.lineno}）"
