from voting.judging.errors import JudgingError


class NotTheConsole(JudgingError):
    message = "另一台电脑正在主持，这一步没有做。要由本台来做，请先接过主持台。"
    code = "not_the_console"
