"""How hard the properties look: PROPERTIES_TIMES=20 draws twenty times as many stories, at random.

In the suite every story is the same at each run, so that a failure is never a matter of luck.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, settings

TIMES = int(os.environ.get("PROPERTIES_TIMES", "1"))
# What the list of faults asks: to notice is enough, the smallest story is not looked for.
NOTICE = bool(os.environ.get("PROPERTIES_NOTICE"))
EARLY = [Phase.explicit, Phase.generate]


def examples(number: int) -> Callable[[Any], Any]:
    """So many stories (times the factor), however long one takes."""
    return settings(
        max_examples=number * TIMES,
        deadline=None,
        derandomize=TIMES == 1,
        database=None,
        print_blob=False,
        phases=EARLY if NOTICE else [*EARLY, Phase.shrink],
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.function_scoped_fixture,
            HealthCheck.data_too_large,
            HealthCheck.filter_too_much,
        ],
    )
