"""封存链: read and proved again from the rows themselves, whoever owns the tables. Only reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db import connection, transaction

WIDTH = 32  # bytes of a leaf
_NEWEST = """
SELECT number, encode(hash, 'hex'), total, at FROM offices_traillink ORDER BY number DESC LIMIT 1
"""
_COVERING = """
SELECT l.number, encode(l.hash, 'hex'), l.total, l.at FROM offices_trail t
JOIN offices_traillink l ON (t.era, t.change_set) >= (l.era, l.begins)
    AND (t.era, t.change_set) < (l.until_era, l.until)
WHERE t.relation = %s AND t.key = %s ORDER BY t.id LIMIT 1
"""
# Each link against the one before it, against its own words and against its rows.
_LINKS = """
SELECT l.number, encode(l.hash, 'hex'),
       l.number = coalesce(lag(l.number) OVER w, 0) + 1
           AND (l.era, l.begins) = (coalesce(lag(l.until_era) OVER w, 0),
                                    coalesce(lag(l.until) OVER w, 0))
           AND l.total = coalesce(lag(l.total) OVER w, 0) + l.count
           AND octet_length(l.leaves) = l.count * 32,
       l.hash = offices_trail_hash(lag(l.hash) OVER w, l), l.leaves = r.leaves, l.count
FROM offices_traillink l LEFT JOIN LATERAL (
    SELECT string_agg(offices_trail_leaf(t), ''::bytea ORDER BY t.era, t.change_set, t.id) AS leaves
    FROM offices_trail t
    WHERE (t.era, t.change_set) >= (l.era, l.begins)
      AND (t.era, t.change_set) < (l.until_era, l.until)
) r ON TRUE
WINDOW w AS (ORDER BY l.number) ORDER BY l.number
"""
_OF_LINK = """
SELECT t.id, t.relation, t.key, offices_trail_leaf(t)
FROM offices_trail t JOIN offices_traillink l ON (t.era, t.change_set) >= (l.era, l.begins)
    AND (t.era, t.change_set) < (l.until_era, l.until)
WHERE l.number = %s ORDER BY t.era, t.change_set, t.id
"""
_LEAVES = "SELECT leaves FROM offices_traillink WHERE number = %s"
# What is not sealed yet: of transactions under way, or since the last sealing.
_REST = """
SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(at)), 0)::integer,
       count(*) FILTER (WHERE era > (SELECT max(era) FROM offices_trailera))
FROM offices_trail t
WHERE (t.era, t.change_set) >= (
    SELECT coalesce(max(until_era), 0), coalesce(max(until), 0) FROM (
        SELECT until_era, until FROM offices_traillink ORDER BY number DESC LIMIT 1) l)
"""
_ROOTS = "SELECT number, hash FROM offices_trailroot ORDER BY day"


class Root(NamedTuple):
    """The newest link: all rows up to it stand behind its hash."""

    number: int
    hash: str  # 64 hexadecimal digits
    total: int  # rows sealed up to it
    at: dt.datetime

    def line(self) -> str:
        """As it stands in the file of anchors."""
        at = self.at.astimezone(dt.UTC)
        return f"{at:%Y-%m-%dT%H:%M:%SZ} {self.number} {self.hash} {self.total}"


class Anchor(NamedTuple):
    """What was noted of a link outside of the chain: its number and hash."""

    number: int
    hash: str
    where: str


class Verdict(NamedTuple):
    """What the verifying found: the faults in the order of the chain, and what it looked at."""

    faults: list[str]
    links: int
    rows: int
    waiting: int  # rows not sealed yet
    oldest: int  # seconds since the oldest of them was written
    root: Root | None
    anchors: int


class BadAnchors(ValueError):
    """The file of anchors cannot be read; the message names the line."""


def newest() -> Root | None:
    """The newest root; None while nothing is sealed (1 query)."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST)
        row = cursor.fetchone()
    return Root(*row) if row else None


def covering(relation: str, key: int) -> Root | None:
    """The root of the link that holds a row's own trail; None while that is not sealed (1 query).

    Whoever keeps this hash on paper can prove everything written up to that row.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COVERING, [relation, str(key)])
        row = cursor.fetchone()
    return Root(*row) if row else None


def read_anchors(lines: Iterable[str], where: str) -> list[Anchor]:
    """The lines of a file of anchors: time, number, hash and rows; empty lines and # are passed."""
    found = []
    for n, line in enumerate(lines, 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if len(words) < 3 or not words[1].isdecimal() or len(words[2]) != 2 * WIDTH:
            raise BadAnchors(f"{where} 第 {n} 行不是“时间 序号 链值 行数”：{line.strip()[:80]}")
        found.append(Anchor(int(words[1]), words[2].lower(), f"{where} 第 {n} 行"))
    return found


def verify(anchors: Iterable[Anchor] = ()) -> Verdict:
    """Everything computed again from the rows, in one snapshot; nothing is written.

    Finds what was edited, deleted, put in between or cut off, whoever did it: by the links, by
    the database's own count of them, by the kept roots and by ``anchors`` from outside.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute(_LINKS)
        links = cursor.fetchall()
        hashes = {number: digest for number, digest, *_ in links}
        faults = list(_broken(links))
        cursor.execute("SELECT last_value FROM offices_traillink_sealed")
        (sealed,) = cursor.fetchone()
        cursor.execute(_ROOTS)
        noted = [Anchor(number, digest, "库内日根") for number, digest in cursor.fetchall()]
        cursor.execute(_REST)
        waiting, oldest, strange = cursor.fetchone()
        root = newest()
    last = max(hashes, default=0)
    if sealed > last:
        faults.append(f"链尾被截：数据库自己数到第 {sealed} 环，现在只有 {last} 环")
    if strange:
        faults.append(f"有 {strange} 行的纪元不存在，不是触发器写入的")
    anchors = list(anchors)
    faults += [said for one in (*noted, *anchors) if (said := _against(one, hashes, last))]
    rows = sum(row[5] for row in links)
    return Verdict(faults, len(links), rows, waiting, oldest, root, len(anchors))


def _broken(links: list[Any]) -> Iterator[str]:
    for number, _, follows, hashed, leaves, _ in links:
        if not follows:
            yield f"第 {number} 环不接上一环：中间有环被删除或改动"
        if not leaves:
            yield f"第 {number} 环：{_first_of(number)}"
        if not hashed:
            yield f"第 {number} 环的链值不对：这一环或上一环被改动"


def _first_of(number: int) -> str:
    """The first row of a link that is not what was sealed."""
    with connection.cursor() as cursor:
        cursor.execute(_LEAVES, [number])
        whole = bytes(cursor.fetchone()[0])
        cursor.execute(_OF_LINK, [number])
        rows = [(pk, f"{relation} {key}", bytes(leaf)) for pk, relation, key, leaf in cursor]
    sealed = [whole[at : at + WIDTH] for at in range(0, len(whole), WIDTH)]
    for n, (pk, name, leaf) in enumerate(rows):
        if n >= len(sealed):
            return f"留痕第 {pk} 号（{name}）是封存后插入的"
        if leaf == sealed[n]:
            continue
        if len(rows) < len(sealed) and leaf in sealed[n:]:
            return f"留痕第 {pk} 号（{name}）之前有行被删除"
        if len(rows) > len(sealed) and n + 1 < len(rows) and rows[n + 1][2] == sealed[n]:
            return f"留痕第 {pk} 号（{name}）是封存后插入的"
        return f"留痕第 {pk} 号（{name}）被改动"
    return f"封存 {len(sealed)} 行，现在只有 {len(rows)} 行：最后一行之后有行被删除"


def _against(anchor: Anchor, hashes: dict[int, str], last: int) -> str:
    """What contradicts an anchor; empty when nothing does."""
    if anchor.number > last:
        return f"链尾被截：{anchor.where}记有第 {anchor.number} 环，现在只有 {last} 环"
    if hashes.get(anchor.number) != anchor.hash:
        return f"第 {anchor.number} 环的链值与{anchor.where}不同：整条链被重写过"
    return ""
