"""名册: files of children in care of the township, stays at the station, low-income people."""

from apps.registers.models.children import (
    Carer,
    ChildFile,
    ChildReport,
    ChildVisit,
    Rating,
    Referral,
)
from apps.registers.models.stays import IdentityStep, ProneEntry, Stay, StayExtension

__all__ = [
    "Carer",
    "ChildFile",
    "ChildReport",
    "ChildVisit",
    "IdentityStep",
    "ProneEntry",
    "Rating",
    "Referral",
    "Stay",
    "StayExtension",
]
