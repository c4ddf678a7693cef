from site_cms.refusals import Refusal


class LogKeyUnavailable(Refusal):
    message = (
        "公开日志的签名密钥不在，或者不是这个日志的密钥。已经记入的内容都在，"
        "请管理员把密钥文件放回原处。"
    )


class LogAltered(Refusal):
    """Rows of the log are not what they were when they were added. Nothing is signed then."""

    message = (
        "公开日志里有一条和当初记入的不一样，没有签署新的日志头。以前签署的都在，"
        "请系统管理员保留现场，用备份核对数据库。"
    )


class NoteRefused(Refusal):
    message = "这不是本日志签署的日志头，或者内容被改动过。"


class HeadUnknown(Refusal):
    message = "公开日志没有签署过这个大小的日志头。请从日志头列表里选。"


class LeafUnknown(Refusal):
    message = "这个日志头里没有这片叶。刚投的票最多要等几分钟才封存，请过一会儿再查。"
