"""What people object to a result, by their real names, and what came of it.

Not to be taken for :class:`voting.integrity.models.VoterObjection`: there a voter speaks
of one void ballot, here anybody speaks of the result. Rows are only ever added; who
objected and what was attached is destroyed after the archive, by a command.
"""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from showcase.contests.models import Contest, Entry
from site_cms.trail.two_people import ByTwoPeople, by_two_people
from voting.results.objection_rules import Outcome, Step, as_printed, state_of

STEPS = [(step.value, step.label) for step in Step]
OUTCOMES = [(outcome.value, outcome.label) for outcome in Outcome]
FILE_KINDS = [("picture", "照片"), ("pdf", "PDF")]


class ObjectionQuerySet(models.QuerySet):
    def of_contest(self, contest: Contest) -> Self:
        return self.filter(contest=contest)

    def open(self) -> Self:
        """Neither answered nor turned away."""
        return self.filter(reply=None)


class Objection(models.Model):
    """What somebody says against a result during its notice.

    ``code`` finds it again for who made it; ``request_key`` makes a form that is sent twice
    one objection.
    """

    contest = models.ForeignKey(
        Contest, models.PROTECT, related_name="objections", verbose_name="活动"
    )
    number = models.PositiveIntegerField("第几件")
    entry = models.ForeignKey(
        Entry,
        models.PROTECT,
        null=True,
        related_name="objections",
        verbose_name="关于哪个单位",
    )
    text = models.TextField("异议")
    code = models.CharField("查询码", max_length=12, unique=True)
    request_key = models.UUIDField(unique=True)
    made_at = models.DateTimeField("提出时间")

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "对结果的异议"
        ordering = ["contest", "number"]
        constraints = [
            models.UniqueConstraint(
                name="contest_counts_each_objection_once", fields=["contest", "number"]
            ),
            models.CheckConstraint(
                name="objection_to_a_result_has_its_text", condition=~Q(text="")
            ),
        ]

    def __str__(self) -> str:
        return f"异议第 {self.number} 件"

    @property
    def printed_code(self) -> str:
        return as_printed(self.code)

    @property
    def about(self) -> str:
        return f"{self.entry.plate} 号{self.entry.unit}" if self.entry else "整个结果"

    @property
    def is_open(self) -> bool:
        return not hasattr(self, "reply")

    @property
    def state(self) -> str:
        outcome = None if self.is_open else self.reply.outcome
        return state_of([each.step for each in self.steps.all()], outcome)


class ObjectionPerson(models.Model):
    """Who objected: encrypted, read only on the record, destroyed after the archive."""

    objection = models.OneToOneField(
        Objection, models.PROTECT, primary_key=True, related_name="person"
    )
    name = models.TextField("姓名")
    phone = models.TextField("电话")
    address = models.TextField("单位或住址", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "异议人"

    def __str__(self) -> str:
        return f"{self.objection}的异议人"


class ObjectionFile(models.Model):
    """A picture without anything but its pixels, or a PDF; nobody but the desk gets at it."""

    objection = models.ForeignKey(Objection, models.PROTECT, related_name="files")
    kind = models.CharField("种类", max_length=8, choices=FILE_KINDS)
    name = models.CharField("文件名", max_length=80)
    content_type = models.CharField(max_length=40)
    content = models.BinaryField()
    size = models.PositiveIntegerField("字节")
    added_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "异议的附件"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="objection_file_is_of_a_known_kind",
                condition=Q(kind__in=[value for value, _ in FILE_KINDS]),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ObjectionStep(models.Model):
    """An objection was accepted, or is being checked. ``note`` is for who made it."""

    objection = models.ForeignKey(Objection, models.PROTECT, related_name="steps")
    step = models.CharField("办到哪一步", max_length=8, choices=STEPS)
    note = models.CharField("说明", max_length=300, blank=True)
    made_at = models.DateTimeField("时间")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name="经办人",
    )

    class Meta:
        verbose_name = verbose_name_plural = "异议的办理"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="objection_takes_each_step_once",
                fields=["objection", "step"],
                violation_error_message="这一步刚刚有人办过，请刷新后再看。",
            ),
            models.CheckConstraint(
                name="objection_step_is_known",
                condition=Q(step__in=[value for value, _ in STEPS]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.objection}{self.get_step_display()}"


class ObjectionReply(ByTwoPeople):
    """What two people answered. ``question`` is what everybody reads, without the person.

    What was turned away without a question of general interest is only counted in public.
    """

    objection = models.OneToOneField(
        Objection, models.PROTECT, primary_key=True, related_name="reply"
    )
    outcome = models.CharField("结论", max_length=8, choices=OUTCOMES)
    question = models.TextField("公布的异议", blank=True)
    answer = models.TextField("答复")
    replied_at = models.DateTimeField("答复时间")

    class Meta:
        verbose_name = verbose_name_plural = "对异议的答复"
        constraints = [
            by_two_people("objection_reply_is_by_two_people"),
            models.CheckConstraint(
                name="objection_reply_has_its_answer",
                condition=~Q(answer=""),
                violation_error_message="答复不能空着。",
            ),
            models.CheckConstraint(
                name="answered_objection_is_told_in_public",
                condition=Q(outcome=Outcome.DECLINED) | ~Q(question=""),
                violation_error_message="请写明公布的异议内容。",
            ),
            models.CheckConstraint(
                name="objection_reply_has_a_known_outcome",
                condition=Q(outcome__in=[value for value, _ in OUTCOMES]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.objection}：{self.get_outcome_display()}"
