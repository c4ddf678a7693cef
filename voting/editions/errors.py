from site_cms.refusals import Refusal


class EditionError(Refusal):
    """What copying a contest refuses."""


class AddressTaken(EditionError):
    message = "这个网址已经有一场活动，没有再建一场。刚才如果已经按过一次，新的活动就在活动列表里。"
