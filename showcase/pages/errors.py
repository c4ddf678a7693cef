from site_cms.refusals import Refusal


class ShowcaseError(Refusal):
    message = "这一步没有完成，页面没有改变。"


class PageFrozen(ShowcaseError):
    message = (
        "民意测评已经开放，展示页从开放时起冻结，不能再改。需要更正请联系活动办公室。"
    )


class NotYours(ShowcaseError):
    """Somebody may not decide about a page. The sentence says why."""


class ReviewOver(ShowcaseError):
    message = "这一页已经有人审过，或者单位撤回了提交。什么都没有改变，请回到待审列表看现在的情况。"


class PageChanged(ShowcaseError):
    message = (
        "送审以后这一页的内容又变了，您看到的不是要发布的那一版。"
        "没有通过，请退回，让单位重新提交。"
    )


class ChecklistIncomplete(ShowcaseError):
    def __init__(self, labels: list[str]) -> None:
        super().__init__(f"还有没核对的：{'、'.join(labels)}。没有通过，请逐项核对。")


class ReturnNeedsItsReason(ShowcaseError):
    message = "请选一个退回的原因，并写明要改哪里、怎么改。没有退回。"


class MayNotPublish(ShowcaseError):
    message = (
        "您的账号还没有发布权限，所以没有通过。请管理员运行 sync_moderation 后再试。"
    )


class NotFrozenYet(ShowcaseError):
    message = "民意测评还没有开放，展示页可以照常修改和审核，不需要更正。"


class NothingToCorrect(ShowcaseError):
    message = "没有改动任何内容，所以没有更正。"


class NotPublic(ShowcaseError):
    message = "这一页没有公开过，没有可以更正的内容。"


class PageCorrectedMeanwhile(ShowcaseError):
    message = (
        "您填写的时候，这一页刚被更正过。没有保存，您填的内容还在，"
        "请对照现在的文字再确认一次。"
    )


class NotByHand(ShowcaseError):
    message = "单位展示页由初审、复审通过后自动发布，不在这里成批发布或取消发布。什么都没有改变。"


class OnePageAnEntry(ShowcaseError):
    message = "一个参评单位只有一个展示页，不能复制。什么都没有改变。"
