"""我的待办中的文书: the slip for a round of visits."""

from __future__ import annotations

from apps.casework.worklist import Bulk, for_visits
from apps.units.language import lazy as _

for_visits(Bulk(_("打印入户单"), "/papers/route/"))
