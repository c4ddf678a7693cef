from site_cms.refusals import Refusal


class ReviewError(Refusal):
    """What a round of reviews refuses."""


class RoundFrozen(ReviewError):
    message = "已经有人打分，评分项和规则不能再改。"


class RoundNotOpen(ReviewError):
    message = "现在不在这一轮评审的时间里，没有提交。您填的内容已经存为草稿。"


class RoundClosed(ReviewError):
    message = "这一轮已经确定进入名单，评审不能再改。您上次提交的仍然有效。"


class OwnUnit(ReviewError):
    message = "这是本人所在的单位，不能评审。请告诉管理员改派别人。"


class NotYours(ReviewError):
    message = "这一份不是分给您的，或者已经改派、回避，没有保存。"


class MarksRefused(ReviewError):
    """``problems`` names each field that is wrong with its sentence."""

    message = "还没有提交，下面标出的地方要改。您填的都在。"

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__()
        self.problems = problems


class AssignmentRefused(ReviewError):
    """Somebody who may not review this entry."""


class PlanChanged(ReviewError):
    message = "名单或评审员在您预览以后变了，没有分配。请看过新的预览再确定。"


class RankingNotReady(ReviewError):
    """What still holds the ranking back."""


class RankingChanged(ReviewError):
    message = "评审或规则在您看过以后变了，什么都没有做。请看过现在的排名再定。"
