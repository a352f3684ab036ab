"""The small county, built once for all tests of this folder and undone at the end."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from seeds.comparison import Comparison
from seeds.county import seed

NUMBER = 430482


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Scanned papers lie in a folder of the tests."""
    with override_settings(EVIDENCE_DIR=str(tmp_path_factory.mktemp("documents"))):
        yield


@pytest.fixture(scope="module")
def county(papers: None, django_db_setup: None, django_db_blocker: Any) -> Iterator[Comparison]:
    """What the seed says of the small county; the county itself is in the database."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield seed("small", NUMBER, lambda words: None)
        transaction.set_rollback(True)
