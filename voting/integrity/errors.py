"""Refusals of those who decide about ballots, and of those who object."""

from datetime import datetime

from django.utils import timezone

from site_cms.refusals import Refusal
from site_cms.templatetags.design import moment


class IntegrityRefusal(Refusal):
    """What is not done about a group of ballots."""


class FromAParticipatingUnit(IntegrityRefusal):
    """The same sentence for every unit of the poll: it tells nothing about the group."""

    message = (
        "您在一个参评单位工作，或者管着它的展示页，按回避规定不能处理这次测评的选票。"
        "什么都没有改变。请另一位不在参评单位的同事来做。"
    )


class NothingToHold(IntegrityRefusal):
    message = "这一组的选票现在都已经不计入，没有可以隔离的，什么都没有改变。"


class NothingHeld(IntegrityRefusal):
    message = "这一组现在没有隔离着的选票，什么都没有改变。请刷新后看看刚才谁做了什么。"


class NothingVoid(IntegrityRefusal):
    message = "这一组现在没有作废的选票，不用恢复，什么都没有改变。"


class TooFewBallots(IntegrityRefusal):
    message = (
        "隔离和作废针对一组选票，不针对单独一张。这一组不足 2 张，什么都没有改变。"
    )


class AlreadyProposed(IntegrityRefusal):
    message = "这一组已经有一个提议在等第二人，什么都没有改变。请等那个提议有了结果。"


class GroupChanged(IntegrityRefusal):
    message = (
        "这一组的选票在提出以后变了，和您看到的不一样，所以没有做。选票都在，仍照原样。"
        "请退回这个提议，看过现在的一组再提。"
    )


class HandledMeanwhile(IntegrityRefusal):
    message = "这一组刚刚有人处理过，您这一步没有做，什么都没有改变。请刷新后再看。"


class ResultIsFinal(IntegrityRefusal):
    message = "最终结果已经公布，选票的状态不能再改，什么都没有改变。"


class ReasonTooLong(IntegrityRefusal):
    message = "公开的理由最多 200 个字，没有保存。请写短一些，细节写在依据里。"


class NoSuchReason(IntegrityRefusal):
    message = "请选一种原因类别，没有保存。"


class UnitNamed(IntegrityRefusal):
    message = (
        "理由会公开，里面不能写参评单位的名字：作废只说明选票有问题，不说明是谁的票。"
        "没有保存，请改好再存。"
    )


class NobodyNewToAdd(IntegrityRefusal):
    message = "这些投票人当天的选票都已经在这一组里，没有可以加的。"


class GroupWasDecided(IntegrityRefusal):
    message = "这一组已经隔离、作废或者看过了，不用再写“不隔离”的理由，什么都没有改变。"


class ObjectionRefused(Refusal):
    """What a voter who objects is told."""


class BallotNotVoid(ObjectionRefused):
    message = "这张选票没有作废，不用提异议。"


class TooLateToObject(ObjectionRefused):
    def __init__(self, deadline: datetime) -> None:
        super().__init__(
            "提异议的时间已经过了。作废公布以后 72 小时内可以提，"
            f"到 {moment(timezone.localtime(deadline))} 为止。"
        )


class AlreadyObjected(ObjectionRefused):
    message = "这张选票已经提过异议，没有再记一次。下面是它现在的状态。"


class OwnVoid(IntegrityRefusal):
    message = "这张选票的作废是您提出的，对它的异议要由另一位答复。没有保存。"


class AlreadyAnswered(IntegrityRefusal):
    message = "这件异议刚刚有人答复过，没有再存。请刷新后看答复。"


class AnswerMissing(IntegrityRefusal):
    message = "请写明答复。投票人凭受理号能看到，没有保存。"


class ThresholdsFrozen(IntegrityRefusal):
    message = (
        "民意测评已经开放，识别阈值从那一刻起谁也不能改，没有保存。截止时会公布全文。"
    )


class ThresholdOutOfBounds(IntegrityRefusal):
    message = "有一项不在允许的范围里，没有保存。请照每一项下面写的范围改好再存。"


class NoThresholdsFromAParticipatingUnit(IntegrityRefusal):
    message = (
        "您在一个参评单位工作，或者管着它的展示页，按回避规定不能设定识别阈值。"
        "没有保存。请另一位不在参评单位的同事来设。"
    )
