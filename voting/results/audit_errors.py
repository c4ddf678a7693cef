"""Why a result is not checked by the second implementation."""

from voting.results.errors import ResultError


class VerifierBroken(ResultError):
    """It gave no verdict at all: that says nothing about the result."""

    def __init__(self, words: str) -> None:
        super().__init__(
            "核对程序 verify.py 没有跑完，结果还没有核对，什么都没有改变。"
            f"请告诉系统管理员：{words.strip()[-500:]}"
        )


class NothingComputed(ResultError):
    message = "这项活动还没有计算过结果，没有可以核对的。请先计算。"
