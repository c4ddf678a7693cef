from site_cms.refusals import Refusal


class NoticeRefused(Refusal):
    """What a public notice refuses."""


class NoNotice(NoticeRefused):
    message = "结果还没有公示，没有什么可以延长。什么都没有改变。"


class NoticeNotLater(NoticeRefused):
    message = "公示只能延长，不能缩短：新的截止时间要晚于现在的截止时间，也要晚于此刻。没有保存。"


class NoticeIsDone(NoticeRefused):
    message = "结果已经最终确定，公示不能再延长。什么都没有改变。"


class ExtensionNeedsItsReason(NoticeRefused):
    message = "请写明为什么延长，公众会看到。什么都没有改变。"
