from site_cms.refusals import Refusal


class ContestError(Refusal):
    """What a contest refuses."""


class TimesOutOfOrder(ContestError):
    message = "时间的先后不对，没有保存。请按活动流程的先后填写。"


class TimeIsPast(ContestError):
    message = "这个阶段已经开放，开始时间不能再改。"
