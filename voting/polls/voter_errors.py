"""Why somebody could not be told apart. Each says what is safe and what to do next."""

from voting.polls.errors import PollError


class NotIdentified(PollError):
    """Nothing was voted, nothing was used up; what was typed is still there."""


class CodeMisread(NotIdentified):
    message = (
        "这个投票码有地方输错了，还没有投票，码也没有用掉。请对照纸条再看一遍："
        "一共 9 位，里面没有 0、1、O、I。"
    )


class CodeUnknown(NotIdentified):
    message = (
        "没有找到这个投票码，还没有投票。请看看纸条上的活动名称是不是这一个；"
        "还是不行，请拿着纸条找发码的人换一张。"
    )


class WrongPhone(NotIdentified):
    message = "这不是一个手机号，短信没有发。手机号是 11 位数字，例如 138 0013 8000。"


class WrongPhoneCode(NotIdentified):
    message = "验证码不对，还没有投票。请看清最后一条短信里的 6 位数字，再输入一次。"


class PhoneCodeGone(NotIdentified):
    message = (
        "这个验证码已经不能用了：超过 5 分钟、用过，或者输错了 5 次。请重新获取一个。"
    )


class BatchExists(PollError):
    message = (
        "这一批投票码已经做好，没有再做一批。码只在做好的时候显示一次，现在看不到了；"
        "没有打印出来的话，请另做一批。"
    )


class PollOver(PollError):
    message = "民意测评已经截止，没有再做投票码。"
