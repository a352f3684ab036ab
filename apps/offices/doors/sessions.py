"""会话的存取: Django's own store, reading the session and its sitting in one statement."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.sessions.backends import db
from django.core.exceptions import SuspiciousOperation
from django.utils import timezone

from apps.offices.doors.models import Sitting

logger = logging.getLogger("django.security.SuspiciousSession")


class SessionStore(db.SessionStore):
    """The database's sessions; ``sitting`` is there once the session has been read."""

    sitting: Sitting | None = None

    @classmethod
    def get_model_class(cls) -> Any:
        """Django's own table."""
        return db.SessionStore.get_model_class()

    def _get_session_from_db(self) -> Any:
        try:
            rows: Any = self.model.objects
            row = rows.select_related("sitting").get(
                session_key=self.session_key, expire_date__gt=timezone.now()
            )
        except (self.model.DoesNotExist, SuspiciousOperation) as error:
            if isinstance(error, SuspiciousOperation):
                logger.warning(str(error))
            self._session_key = None
            return None
        self.sitting = getattr(row, "sitting", None)
        return row
