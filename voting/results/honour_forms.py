"""What a county may write on its certificates, refused where it would not fit or not print."""

from django import forms
from django.core.exceptions import ValidationError

from site_cms.media.lettering import undrawable
from voting.results.certificates import body_fits
from voting.results.honour_models import CertificateWording
from voting.results.honour_rules import (
    BLANKS,
    LONGEST_AWARDER,
    MOST_AWARDERS,
    awarder_lines,
    has_stray_braces,
    unknown_blanks,
)
from voting.results.honours import sample_body
from voting.rulesheets.sheet_forms import TextField


class PrintedField(TextField):
    """Words that the fonts of certificates can draw."""

    def clean(self, value) -> str:
        cleaned = super().clean(value)
        if missing := undrawable(cleaned):
            raise ValidationError(
                f"证书的字库里没有这些字符：{'、'.join(missing)}。请换一种写法。"
            )
        return cleaned


class WordingForm(forms.Form):
    title = PrintedField(
        label="证书名称", min_length=2, max_length=10, help_text="例如：荣誉证书。"
    )
    body = PrintedField(
        label="正文",
        max_length=140,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="会自动换成每个单位自己的："
        + "、".join(f"{{{name}}}" for name in BLANKS)
        + "。",
    )
    awarders = PrintedField(
        label="颁发单位",
        max_length=80,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"一行一个，最多 {MOST_AWARDERS} 个，每个最多 {LONGEST_AWARDER} 个字。",
    )
    number_prefix = PrintedField(
        label="编号前缀",
        max_length=20,
        help_text="例如“临河红旗〔2026〕”，后面自动接单位的编号：“第 07 号”。",
    )

    def __init__(self, *args, wording: CertificateWording, **kwargs) -> None:
        initial = {name: getattr(wording, name) for name in self.base_fields}
        super().__init__(*args, initial=initial, **kwargs)
        self.wording = wording

    def clean_body(self) -> str:
        body = self.cleaned_data["body"]
        if unknown := unknown_blanks(body):
            raise ValidationError(
                f"不认识{'、'.join(f'{{{name}}}' for name in unknown)}。"
                f"能自动填的只有{'、'.join(f'{{{name}}}' for name in BLANKS)}。"
            )
        if has_stray_braces(body):
            raise ValidationError("花括号不成对。请照着说明写，例如 {单位}。")
        if not body_fits(sample_body(self.wording.contest.name, body)):
            raise ValidationError(
                "正文太长：换成名称最长的单位以后，证书上排不下。请删短一些。"
            )
        return body

    def clean_awarders(self) -> str:
        lines = awarder_lines(self.cleaned_data["awarders"])
        if len(lines) > MOST_AWARDERS or any(
            len(line) > LONGEST_AWARDER for line in lines
        ):
            raise ValidationError(
                f"最多 {MOST_AWARDERS} 行，每行最多 {LONGEST_AWARDER} 个字，多了会压到盖章的地方。"
            )
        return "\n".join(lines)
