"""Buttons, remarks and forms."""

from django import forms

from site_cms.design.gallery.specimen import Specimen


class SampleForm(forms.Form):
    kind = forms.ChoiceField(
        label="这件事急不急",
        widget=forms.RadioSelect,
        choices=[("2", "一般：2 个工作日答复"), ("5", "复杂：5 个工作日答复")],
    )
    phone = forms.CharField(
        label="手机号", help_text="只用来答复和回访，不公开", min_length=11
    )
    what = forms.CharField(label="什么事", widget=forms.Textarea)
    photo = forms.FileField(label="照片", required=False)
    agreed = forms.BooleanField(label="我已看过活动规则")


def _form() -> SampleForm:
    return SampleForm({"phone": "1380000000"})


def specimens() -> list[Specimen]:
    return [
        Specimen(
            "button",
            "按钮",
            [
                {
                    "label": "主要按钮，一页一个",
                    "url": "#",
                    "kind": "primary",
                    "large": True,
                },
                {"label": "次要按钮", "url": "#"},
                {"label": "打电话问问", "url": "#", "icon": "phone"},
                {"label": "看全部 20 个单位", "url": "#", "icon_after": "arrow"},
                {"label": "文字按钮", "url": "#", "kind": "text"},
                {"label": "提交这张选票", "type": "button", "busy": "正在提交"},
                {
                    "label": "提出异议",
                    "reason": "公示期 12 月 11 日 18:00 已结束，不能再提",
                    "reason_id": "why-not",
                },
            ],
            ("div", "row"),
            "不能按时，旁边说明原因",
        ),
        Specimen(
            "notice",
            "提示",
            [
                {
                    "title": "投票规则 11 月 12 日封存",
                    "text": "封存后任何人不能改。",
                    "link": "看规则",
                    "link_url": "#",
                },
                {
                    "kind": "ok",
                    "title": "已存好",
                    "text": "11:42 自动保存在这台手机上。",
                },
                {
                    "kind": "warn",
                    "title": "还有 2 小时截止",
                    "text": "今天 18:00 后不能再提交。",
                },
                {
                    "kind": "error",
                    "title": "没有提交成功",
                    "text": "网络断了。选好的 8 个单位还在，再交一次不会重复计票。",
                },
            ],
        ),
        Specimen(
            "errors", "错误汇总", [{"form": _form()}], remark="写过的内容一律保留"
        ),
        Specimen(
            "field",
            "表单的一项",
            [{"field": bound} for bound in _form()]
            + [{"field": SampleForm(prefix="fresh")["phone"], "optional": True}],
            ("div", "panel"),
        ),
        Specimen(
            "field_error",
            "一项的错误",
            [{"field": SampleForm({}, prefix="alone")["what"]}],
        ),
    ]
