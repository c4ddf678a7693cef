from voting.judging.errors import JudgingError


class SetupHasErrors(JudgingError):
    message = "表里还有问题，什么都没有导入。请照预览改好，再传一次。"


class SetupIsStale(JudgingError):
    message = (
        "预览以后资料有变动，和您确认的不一样了，什么都没有导入。"
        "下面是新的预览，请看过再确认。"
    )


class NoRulesYet(JudgingError):
    message = (
        "还没有计分规则，评委组和轮次没有地方写，什么都没有导入。请先起草计分规则。"
    )
