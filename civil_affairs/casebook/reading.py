"""读案例: files and folders into checked cases, every fault with its file, line, case and field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from civil_affairs.casebook.checks import case_faults
from civil_affairs.casebook.shape import shape_faults
from civil_affairs.casebook.yamls import Page, Unreadable, Where, key_faults, read_page

PROFILES = Path(__file__).parent


class Fault(NamedTuple):
    """Something wrong with a file or a case, for the person who wrote it."""

    file: Path
    line: int  # from 1; 0: the file as a whole
    case: str  # its id, "" when it has none
    field: str
    words: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        named = " ".join(part for part in (self.case and f"案例 {self.case}", self.field) if part)
        return f"{place}：{named}：{self.words}" if named else f"{place}：{self.words}"


@dataclass(frozen=True)
class CaseFile:
    """One case as read: its data, and the file it came from."""

    path: Path
    id: str
    title: str
    profile: str  # the name of the profile its file is written for
    data: dict[str, Any] = field(repr=False)


@dataclass
class Library:
    """All that was read: the sound cases, the faults, and how many cases have one."""

    cases: list[CaseFile] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    invalid: list[str] = field(default_factory=list)  # ids (or files) that cannot be played


class NothingToRead(Exception):
    """A path that leads to no case file; the text says which and what to do."""


@lru_cache(maxsize=4)
def profile(name: str) -> dict[str, Any]:
    """The parameter profile (参数档案) of that name, as vendored beside this module."""
    data: dict[str, Any] = read_page(PROFILES / f"profile-{name}.yaml").data
    return data


def profile_names() -> list[str]:
    """The names of the profiles this system has."""
    return sorted(p.stem.removeprefix("profile-") for p in PROFILES.glob("profile-*.yaml"))


def files_in(paths: Iterable[Path]) -> list[Path]:
    """The case files named, and those inside the folders named, in order; each once."""
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = [p for p in sorted(path.rglob("*.y*ml")) if not p.name.startswith("profile-")]
            if not inside:
                raise NothingToRead(f"{path}：文件夹里没有案例文件（*.yaml）")
            found.update(dict.fromkeys(inside))
        elif path.exists():
            found[path] = None
        else:
            raise NothingToRead(f"{path}：没有这个文件或文件夹")
    return list(found)


def read_library(paths: Iterable[Path]) -> Library:
    """Every case of the files and folders, checked; NothingToRead when there is no file."""
    library = Library()
    owners: dict[str, Path] = {}
    for path in files_in(paths):
        try:
            page = read_page(path)
        except Unreadable as fault:
            library.faults.append(Fault(path, fault.line, "", "", str(fault)))
            library.invalid.append(str(path))
            continue
        _read_file(library, path, page, owners)
    return library


def _read_file(library: Library, path: Path, page: Page, owners: dict[str, Path]) -> None:
    by_case = _sorted_by_case(path, page)
    library.faults += by_case.get(None, [])
    if not isinstance(page.data, dict) or not isinstance(page.data.get("cases"), list):
        library.invalid.append(str(path))
        return
    sound = page.data.get("format") == 1 and page.data.get("profile") in profile_names()
    if sound and None in by_case:
        library.invalid.append(str(path))
    for number, case in enumerate(page.data["cases"]):
        found = by_case.get(number, [])
        name = _name(case)
        if not found and sound:
            found = list(_semantic(path, page, number, owners))
        library.faults += found
        if found or not sound:
            library.invalid.append(name or f"{path} 第 {number + 1} 个案例")
        else:
            library.cases.append(CaseFile(path, name, case["title"], page.data["profile"], case))


def _sorted_by_case(path: Path, page: Page) -> dict[int | None, list[Fault]]:
    """Faults of keys and shape by number of the case (None: of the file)."""
    found: dict[int | None, list[Fault]] = {}
    for where, words in _shape(page):
        number = where[1] if len(where) > 1 and where[0] == "cases" else None
        place = int(number) if number is not None else None
        found.setdefault(place, []).append(_fault(path, page, where, words))
    return found


def _shape(page: Page) -> Iterator[tuple[Where, str]]:
    misread = list(key_faults(page.root))
    yield from misread
    twins = {where for where, _words in misread}
    for where, words in shape_faults(page.data):
        # A misread key also makes a field unknown or missing: once is enough.
        if not any(twin[: len(where)] == where for twin in twins):
            yield where, words
    name = page.data.get("profile") if isinstance(page.data, dict) else None
    if isinstance(name, str) and name not in profile_names():
        yield ("profile",), f"没有参数档案 {name}，可用的是 {'、'.join(profile_names())}"


def _semantic(path: Path, page: Page, number: int, owners: dict[str, Path]) -> Iterator[Fault]:
    case = page.data["cases"][number]
    keys = set(profile(page.data["profile"])["parameters"])
    for where, words in case_faults(case, keys):
        yield _fault(path, page, ("cases", number, *where), words)
    if case["id"] in owners:
        words = f"案例号 {case['id']} 已在 {owners[case['id']]} 中使用"
        yield _fault(path, page, ("cases", number, "id"), words)
    owners.setdefault(case["id"], path)


def _fault(path: Path, page: Page, where: Where, words: str) -> Fault:
    case = ""
    inner = where
    if len(where) > 1 and where[0] == "cases" and isinstance(where[1], int):
        case = _name(page.data["cases"][where[1]]) or f"第 {where[1] + 1} 个"
        inner = where[2:]
    return Fault(path, page.line(where), case, field_of(inner), words)


def _name(case: Any) -> str:
    found = case.get("id") if isinstance(case, dict) else None
    return found if isinstance(found, str) else ""


def field_of(where: Where) -> str:
    """A path as people write it: events[3].monthly."""
    text = ""
    for part in where:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text
