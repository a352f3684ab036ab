"""可否入账: what keeps a file from being committed as it is, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext

from apps.payments.results.control import Control
from apps.payments.results.matching import ACCEPTED, DISPUTED
from apps.payments.results.models import Fault, ResultFile
from apps.units.money import yuan_grouped


def blocked(file: ResultFile, fates: Mapping[str, Sequence[int]]) -> list[str]:
    """Why the file cannot be committed as it is, the weightiest first; empty when it can."""
    return list(_blocked(file, fates))


def _blocked(file: ResultFile, fates: Mapping[str, Sequence[int]]) -> Iterator[str]:
    others = file.lines.filter(fault=Fault.OTHER_BATCH)
    first = others.order_by("line").values_list("line", "batch_code").first()
    if first is not None:
        yield gettext(
            "有 {n} 行是其他批次的（第 {line} 行起，“{code}”）：请撤下，选对批次后重新上传。"
        ).format(n=others.count(), line=first[0], code=first[1])
    told = (Control(file.told_count, file.told_fen), gettext("文件所载"))
    typed = (Control(file.typed_count, file.typed_fen), gettext("银行另行告知"))
    for control, whose in (told, typed):
        if control.lines is not None and control.lines != file.count:
            yield gettext("{whose} {n} 笔，读出 {count} 笔：文件可能不完整，请向银行核对。").format(
                whose=whose, n=control.lines, count=file.count
            )
        if control.fen is not None and control.fen != file.fen:
            yield gettext("{whose}合计 {fen} 元，读出 {sum} 元：请向银行核对后重出。").format(
                whose=whose, fen=yuan_grouped(control.fen), sum=yuan_grouped(file.fen)
            )
    if (file.told_count is None and file.typed_count is None) or (
        file.told_fen is None and file.typed_fen is None
    ):
        yield gettext("文件没有合计行，也没有另填笔数和合计：请撤下，向银行问明后重新上传。")
    if not any(fates.get(fate) for fate in (*ACCEPTED, *DISPUTED)):
        yield gettext("没有新的结果可以入账：各行都已登记过，或都有问题。")
