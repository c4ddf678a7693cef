from voting.results.errors import ResultError


class RevealError(ResultError):
    """What a reveal refuses."""


class RevealNotReady(RevealError):
    def __init__(self, still_open: list[str]) -> None:
        super().__init__("还不能揭晓，大屏没有换。" + "".join(still_open))


class OldStep(RevealError):
    message = "大屏已经不在这一步，没有再翻。请看清大屏现在的内容再按。"


class NotInHand(RevealError):
    message = "现在不由这里翻步，大屏没有换。"
