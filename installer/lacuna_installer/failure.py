"""The one error of the installer."""


class InstallError(Exception):
    """Installing cannot go on. str(error) is one sentence and what to do, ready to be shown."""

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(f"{sentence} {hint}".strip())
