"""Form fields for exact numbers: what people type becomes a fraction, never a float."""

import unicodedata
from fractions import Fraction

from django import forms

from voting.rules import exact

HUNDRED = Fraction(100)
LARGEST_WHOLE = 1_000_000
MOST_NUMBERS = 300


class ExactField(forms.CharField):
    """``92.5`` or ``1/3``, also from a Chinese keyboard. Empty is None."""

    default_error_messages = {
        "required": "请填一个数，例如 30、12.5 或 1/3。",
        "not_a_number": "“%(typed)s”不是一个数。请填数字，例如 30、12.5 或 1/3。",
    }

    def __init__(self, **kwargs) -> None:
        super().__init__(max_length=exact.LONGEST_NUMBER, **kwargs)
        self.widget.attrs.setdefault("inputmode", "decimal")
        self.widget.attrs.setdefault("autocomplete", "off")

    def to_python(self, value) -> Fraction | None:
        typed = unicodedata.normalize("NFKC", super().to_python(value)).replace(" ", "")
        typed = typed.removesuffix("%")
        if not typed:
            return None
        try:
            return exact.parse(typed)
        except ValueError as error:
            raise forms.ValidationError(
                self.error_messages["not_a_number"],
                code="not_a_number",
                params={"typed": typed[:20]},
            ) from error

    def run_validators(self, value) -> None:
        """Length was seen to by the parser; the other checks are the engine's."""

    def prepare_value(self, value):
        return exact.plain(value) if isinstance(value, Fraction) else value


class PercentField(ExactField):
    """Typed and shown as 30, meant as 3/10."""

    def to_python(self, value) -> Fraction | None:
        typed = super().to_python(value)
        return None if typed is None else typed / HUNDRED

    def prepare_value(self, value):
        if isinstance(value, Fraction):
            return exact.plain(value * HUNDRED)
        return value


class WholeField(forms.IntegerField):
    default_error_messages = {
        "required": "请填一个整数。",
        "invalid": "这里要填整数，例如 1、2、10。",
        "min_value": "这里不能小于 %(limit_value)s。",
        "max_value": "这个数太大了，最多 %(limit_value)s。",
    }

    def __init__(self, **kwargs) -> None:
        super().__init__(
            **{"min_value": 0, "max_value": LARGEST_WHOLE} | kwargs,
            widget=forms.TextInput(
                attrs={"inputmode": "numeric", "autocomplete": "off"}
            ),
        )


class ListOfNumbersField(forms.CharField):
    """Numbers parted by blanks, commas or line breaks."""

    widget = forms.Textarea(attrs={"rows": 2})

    def to_python(self, value) -> tuple[Fraction, ...]:
        typed = unicodedata.normalize("NFKC", super().to_python(value))
        words = typed.replace("、", " ").replace(",", " ").split()
        if len(words) > MOST_NUMBERS:
            raise forms.ValidationError(f"最多填 {MOST_NUMBERS} 个数。")
        found = []
        for word in words:
            try:
                found.append(exact.parse(word))
            except ValueError as error:
                raise forms.ValidationError(
                    f"“{word[:20]}”不是一个数。请用空格隔开各个数，例如 12 10 8。"
                ) from error
        return tuple(found)

    def prepare_value(self, value):
        if isinstance(value, tuple):
            return " ".join(exact.plain(number) for number in value)
        return value
