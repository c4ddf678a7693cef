from site_cms.refusals import Refusal


class ShowcaseError(Refusal):
    message = "这一步没有完成，页面没有改变。"


class NumberMissing(ShowcaseError):
    message = "这个单位还没有编号。先确定入围名单和编号，再建展示页。"


class PageFrozen(ShowcaseError):
    message = (
        "民意测评已经开放，展示页从开放时起冻结，不能再改。需要更正请联系活动办公室。"
    )
