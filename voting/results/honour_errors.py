from voting.results.errors import ResultError


class NotFinalYet(ResultError):
    message = "结果还没有最终确定，还没有证书。公示期满、两个人确定以后才有。"


class NotAllDrawn(ResultError):
    message = (
        "证书和分享图还没有全部画好，暂时不能打包。请点“现在画”，或者过一分钟再来。"
    )
