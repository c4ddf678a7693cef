from site_cms.refusals import Refusal


class DeskError(Refusal):
    message = "这一步没有完成，什么都没有改变。"


class DesksChanged(DeskError):
    message = (
        "在您核对的时候，情况有了变化（也可能是这一步已经做过），什么都没有做。"
        "请看过下面现在的情况再确认。"
    )


class NameTaken(DeskError):
    """An account or a group has the name that a unit needs."""
