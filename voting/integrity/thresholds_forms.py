from django import forms

from voting.integrity.detection.limits import BOUNDS, Limits

_WORDS = {
    "least_ballots": (
        "一组至少多少张",
        "少于这么多张的不提示。组越小，越可能只是凑巧。",
    ),
    "certainty": (
        "多难得的凑巧才算迹象（10 的几次方分之一）",
        "写 6，就是一百万次里碰巧出现不到一次才算。数越大误报越少，小规模的刷票也越容易漏掉。",
    ),
    "burst": (
        "一段时间里多出几倍算集中",
        "按其他选票的起伏推算，某一选项的选票是几倍。单位发动职工也会这样，只作旁证。",
    ),
    "concentration": (
        "同一网段多出几倍算集中",
        "一组里来自同一网段的占比，是其他选票的几倍。一个村、一栋楼共用地址也会这样，只作旁证。",
    ),
    "quick_share": (
        "不到 1 分钟就投完的，占百分之几像程序",
        "从第一次打开网页算起。真人要看、要选，多数超过 1 分钟。",
    ),
    "client_share": (
        "用同一类浏览器的，占百分之几像程序",
        "真人的手机各种各样。",
    ),
    "pattern_share": (
        "选得一模一样的，占百分之几像程序",
        "只看选了三个以上的。发过推荐名单的真人也会这样，要和别的迹象一起才算。",
    ),
    "regularity": (
        "快慢的起伏不到随机的百分之几算过于均匀",
        "真人各投各的，每分钟的张数有多有少；像钟一样均匀的是程序。",
    ),
}


class ThresholdsForm(forms.Form):
    """One field for each limit, in the order in which they are read."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, words) in _WORDS.items():
            least, most = BOUNDS[name]
            wrong = f"请填 {least} 到 {most} 的整数。"
            self.fields[name] = forms.IntegerField(
                label=label,
                help_text=f"{words}可以填 {least} 到 {most}。",
                min_value=least,
                max_value=most,
                error_messages=dict.fromkeys(
                    ("required", "invalid", "min_value", "max_value"), wrong
                ),
            )

    @property
    def limits(self) -> Limits:
        return Limits(**self.cleaned_data)
