"""The small county, as the tests of the seeds have it."""

from tests.seeds.conftest import county, papers

__all__ = ["county", "papers"]
