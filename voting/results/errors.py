from collections.abc import Sequence
from dataclasses import dataclass

from site_cms.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Hindrance:
    """One thing that is still open: a sentence, and where it is mended."""

    sentence: str
    url: str = ""
    link: str = "去处理"

    def __str__(self) -> str:
        return self.sentence


class ResultError(Refusal):
    """What a result refuses."""


class ResultNotReady(ResultError):
    """``hindrances`` names everything that stands against it, ``still_open`` its sentences."""

    def __init__(self, hindrances: Sequence[Hindrance]) -> None:
        self.hindrances = list(hindrances)
        self.still_open = [hindrance.sentence for hindrance in self.hindrances]
        super().__init__("还不能这样做，什么都没有改变。" + "".join(self.still_open))


class AlreadyPublished(ResultError):
    message = "结果已经确定，没有再确定一次。先前那一份没有改变。"


class ResultChanged(ResultError):
    message = (
        "提出以后，选票、评分或规则有过变化，这次没有生效。请重新计算、核对后再提出。"
    )


class NothingToRevise(ResultError):
    message = "这一次计算和现在的结果一样，没有什么要更正。什么都没有改变。"


class ReasonTooShort(ResultError):
    message = "更正的理由会公开，至少写 8 个字：错在哪里，凭什么改。没有提出。"


class AlreadyFinal(ResultError):
    message = "结果已经最终确定，没有再办一次。什么都没有改变。"


class NotFinal(ResultError):
    message = "结果还没有最终确定，不用重新打开。什么都没有改变。"


class TieError(ResultError):
    """What a lot or a decision about equals refuses."""


class TieChanged(TieError):
    message = "同分的单位已经变了，这一份没有生效。请看过最新的计算再办。"


class PointsError(ResultError):
    """What extra points and deductions refuse."""
