class UploadRefused(Exception):
    """A file that is not taken. The sentence says why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
