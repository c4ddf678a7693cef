from site_cms.refusals import Refusal


class KeyFileError(Refusal):
    """A key on disk cannot be used. The sentence is for the operator who meets it."""

    message = "密钥不能使用，什么都没有改变。"


class KeyMissing(KeyFileError):
    """There is no file of this name, or it cannot be read."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"密钥“{name}”不在密钥目录里，或无法读取。没有它不能继续，已有的数据没有改变。"
            "请从离线备份恢复这个文件，再试一次。"
        )


class KeyIsWrong(KeyFileError):
    """The file is there, but it is not the key that the fingerprint names."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"密钥“{name}”和登记的指纹不一致，已停止使用，已有的数据没有改变。"
            "请核对密钥目录，恢复正确的文件，再试一次。"
        )


class KeyExists(KeyFileError):
    """A key is never overwritten."""

    def __init__(self, name: str) -> None:
        super().__init__(f"密钥“{name}”已经存在，没有覆盖它。")


class KeyNotWritten(KeyFileError):
    """The directory cannot be written to, or the disk is full."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"密钥“{name}”没有建成：密钥目录不能写入，或者磁盘已满。什么都没有改变。"
            "请系统管理员检查密钥目录，再试一次。"
        )


class CannotDecrypt(Refusal):
    """The text was encrypted with another key, or was changed."""

    message = "这段加密内容无法解开：密钥已更换，或者内容被改动。请联系系统管理员。"
