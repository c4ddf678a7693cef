from site_cms.refusals import Refusal


class LogKeyUnavailable(Refusal):
    message = (
        "公开日志的签名密钥不在，或者不是这个日志的密钥。已经记入的内容都在，"
        "请管理员把密钥文件放回原处。"
    )
