"""名册: files of children in care of the township, stays at the station, low-income people."""

from apps.registers.models.children import (
    Carer,
    ChildFile,
    ChildReport,
    ChildVisit,
    Rating,
    Referral,
)

__all__ = ["Carer", "ChildFile", "ChildReport", "ChildVisit", "Rating", "Referral"]
