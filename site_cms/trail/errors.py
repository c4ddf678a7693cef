from site_cms.refusals import Refusal


class TrailError(Refusal):
    """What the two-person rule and the trail refuse."""


class SamePerson(TrailError):
    message = "您是提出人，不能复核自己提出的事项。请另一位有权限的人复核。"


class AlreadyDecided(TrailError):
    message = "这一事项已经有人复核过了，请刷新后查看结果。"


class ReasonMissing(TrailError):
    message = "请写明理由。理由会留在记录里，供监督查看。"


class NothingProposed(TrailError):
    message = "您看到的那份提议已经不在等待了，什么都没有改变。请看过现在的页面再定。"
