"""Each of pytest's processes has a queue and a cache of its own, as it has a database of its own.

Loaded by ``-p`` before Django reads its settings. Otherwise the Celery worker that one process
starts would take the tasks of the other, and one would count the other's wrong guesses.
"""

from __future__ import annotations

import os

from civil_affairs.broker import database_number, with_database

_worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
if os.environ.get("CIVIL_TESTING") and (_number := int(_worker) % 2):
    _url = os.environ["REDIS_URL"]
    os.environ["REDIS_URL"] = with_database(_url, database_number(_url) + 2 * _number)
