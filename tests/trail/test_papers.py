"""月结凭据: the root that holds the closing stands on paper, where no owner of tables reaches."""

from __future__ import annotations

import datetime as dt

import pytest

from apps.offices.trail import actions
from apps.offices.trail.chain import newest, read_anchors, verify
from apps.papers.kinds import content_of
from apps.payments.closing.actions import close_run
from tests.pages.conftest import deaf
from tests.payments.answering import committed, said, sent
from tests.payments.paying import four, paid

AT = dt.datetime(2024, 7, 15, 3, tzinfo=dt.UTC)


@pytest.mark.usefixtures("chain")
def test_the_certificate_carries_the_root_of_its_own_closing() -> None:
    people = four()
    deaf("甲一")
    june = paid(people, "2024-06", day=20)
    committed(june, said(sent(june), "paid"), people.finance)
    close_run(june.pk, by=people.finance, at=AT)

    def printed() -> list[str]:
        made = content_of("month-certificate", june.pk, AT.date(), people.finance)
        root: list[str] = made.data["root"]
        return root

    assert printed() == []  # not sealed yet, which a beat mends in seconds
    actions.seal()
    root = newest()
    assert root is not None
    assert printed() == [str(root.number), root.hash]
    deaf("乙二")
    actions.seal()
    assert printed() == [str(root.number), root.hash]  # a sheet made later says the same
    typed = f"2024-07-15 {printed()[0]} {printed()[1]}"
    assert verify(read_anchors([typed], "凭据")).faults == []
