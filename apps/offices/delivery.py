"""交付与幂等: what is handed to the background, and which call of the API has been answered."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from apps.units.language import lazy as _


class Outbox(models.Model):
    """出件箱: an errand for a worker, written in the transaction that wants it (outbox.py).

    ``payload`` holds ids only. ``sent_at`` says when the broker last took it; ``done_at`` is set in
    the transaction of its effect, and only then is the errand over. One undone errand a key.
    """

    topic = models.CharField("任务", max_length=80)
    key = models.CharField("事项", max_length=120)
    payload = models.JSONField("编号", default=dict)
    # The number of the request that wants it, for the log of the task.
    request = models.CharField("请求号", max_length=36, blank=True, db_default="")
    created_at = models.DateTimeField("写入时间", db_default=Now())
    sent_at = models.DateTimeField("送出时间", null=True)
    tries = models.PositiveIntegerField("送出次数", default=0)
    done_at = models.DateTimeField("办结时间", null=True)

    class Meta:
        verbose_name = _("出件箱")
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=models.Q(done_at__isnull=True),
                name="one_undone_errand_a_key",
            )
        ]


class IdemKey(models.Model):
    """幂等号: a call of the API that had its effect, and what it was answered.

    Written in the transaction of the effect, so neither is ever there without the other.
    """

    actor = models.ForeignKey(
        "offices.Staff", verbose_name="经办人", on_delete=models.PROTECT, related_name="+"
    )
    key = models.CharField("幂等号", max_length=100)
    call = models.CharField("请求", max_length=200)
    request_hash = models.CharField("请求摘要", max_length=64)
    status = models.PositiveSmallIntegerField("答复状态", null=True)
    body = models.TextField("答复", blank=True)
    created_at = models.DateTimeField("时间", db_default=Now())

    class Meta:
        verbose_name = _("幂等号")
        constraints = [
            models.UniqueConstraint(fields=["actor", "key"], name="one_answer_an_idempotency_key")
        ]
        indexes = [models.Index(fields=["created_at"], name="idem_key_age")]
