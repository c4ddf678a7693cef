"""Who may do what is decided by role. A role is a group; `manage.py sync_groups` makes it."""

from enum import StrEnum


class Role(StrEnum):
    """``label`` is the name of its group; ``duty`` says in a line what it is for."""

    label: str
    duty: str

    def __new__(cls, value: str, label: str, duty: str):
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.duty = duty
        return member

    ADMINISTRATOR = (
        "administrator",
        "管理员",
        "设定时间、单位和发布；不能改动选票和评分。",
    )
    HOST = "host", "主持人", "在评比会上掌握顺序、计时、开放和关闭评分、揭晓。"
    TABULATOR = "tabulator", "计分员", "录入纸质评分表，处理缺表；不能确认自己录入的。"
    SUPERVISOR = (
        "supervisor",
        "监督员",
        "作为第二人确认评分表、更正、作废和结果；不能改动所确认的内容。",
    )
    INTEGRITY = (
        "integrity",
        "防刷票专员",
        "设定阈值，审查异常选票，提出作废；不能确认自己提出的。",
    )
    AUDITOR = "auditor", "审计员", "查阅全部记录；不能写入任何内容。"
    REVIEWER_FIRST = "reviewer_first", "初审员", "初审单位的自荐和展示页，写明意见。"
    REVIEWER_SECOND = (
        "reviewer_second",
        "复审员",
        "复审单位的自荐和展示页，同意后发布。",
    )
    CLERK = "clerk", "诉求专员", "受理群众诉求，转交单位办理，回访。"
    HELPER = "helper", "投票协助员", "为没有手机的群众代录投票码，全程留有记录。"
    UNIT_EDITOR = "unit_editor", "单位编辑", "填写本单位的自荐和展示页，更新实事进度。"


# Whoever can touch more than one unit's own page shows a second factor at sign-in.
OPERATORS = frozenset(Role) - {Role.UNIT_EDITOR}
