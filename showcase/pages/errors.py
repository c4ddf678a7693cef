from site_cms.refusals import Refusal


class ShowcaseError(Refusal):
    message = "这一步没有完成，页面没有改变。"


class PageFrozen(ShowcaseError):
    message = (
        "民意测评已经开放，展示页从开放时起冻结，不能再改。需要更正请联系活动办公室。"
    )
