"""材料的存放: files lie outside every served folder, under random names, readable by us alone."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext

from apps.offices.moves import NotFound


def _place(stored: str) -> Path:
    return Path(settings.EVIDENCE_DIR) / stored[:2] / stored


def fingerprint(content: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()


def put(content: bytes) -> str:
    """Store a file and return its name: 32 random hex digits, never taken from the sender."""
    stored = secrets.token_hex(16)
    place = _place(stored)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return stored


def drop(stored: str) -> None:
    """Take back a file whose record was not written."""
    _place(stored).unlink(missing_ok=True)


def get(stored: str, sha256: str) -> bytes:
    """The file, proved to be the one that was handed in; NotFound when it is gone or altered."""
    try:
        content = _place(stored).read_bytes()
    except FileNotFoundError:
        raise NotFound(gettext("存放的文件不见了，请联系系统管理员从备份恢复。")) from None
    if fingerprint(content) != sha256:
        raise NotFound(gettext("存放的文件与登记时的指纹不符，已停止提供，请联系系统管理员。"))
    return content
