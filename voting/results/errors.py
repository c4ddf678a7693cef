from site_cms.refusals import Refusal


class ResultError(Refusal):
    """What a result refuses."""


class ResultNotReady(ResultError):
    """``still_open`` names everything that stands against it, one sentence each."""

    def __init__(self, still_open: list[str]) -> None:
        super().__init__("还不能这样做，什么都没有改变。" + "".join(still_open))
        self.still_open = still_open


class AlreadyPublished(ResultError):
    message = "结果已经公布，没有再公布一次。公布的是先前那一份，没有改变。"


class ResultChanged(ResultError):
    message = "提出公布以后，选票、评分或规则有过变化，这次没有公布。请重新计算、核对后再提出。"
