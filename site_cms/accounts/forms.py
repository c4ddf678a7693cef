"""allauth's forms with our words, and Wagtail's form of a user."""

from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.conf import settings
from django.core.cache import cache
from wagtail.users import forms as user_forms

CODE = forms.TextInput(
    attrs={
        "autocomplete": "one-time-code",
        "inputmode": "numeric",
        "spellcheck": "false",
        "maxlength": "12",
        "autofocus": True,
    }
)


def _word(form: forms.Form, **labels: str) -> None:
    """Our label, no placeholder (it vanishes when one types) and no link to a reset."""
    for name, label in labels.items():
        field = form.fields[name]
        field.label = label
        field.help_text = ""
        field.widget.attrs.pop("placeholder", None)


class SignInForm(account_forms.LoginForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _word(self, login="账号", password="密码")
        self.fields["login"].error_messages["required"] = "请填写账号。"
        self.fields["password"].error_messages["required"] = "请填写密码。"
        self.fields["login"].widget.attrs |= {
            "autocapitalize": "none",
            "spellcheck": "false",
        }


class ConfirmPasswordForm(account_forms.ReauthenticateForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _word(self, password="密码")
        self.fields["password"].error_messages["required"] = "请填写密码。"


class ChangePasswordForm(account_forms.ChangePasswordForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _word(
            self,
            oldpassword="现在的密码",
            password1="新密码",
            password2="再填一次新密码",
        )
        self.fields[
            "password1"
        ].help_text = "至少 10 位，不能全是数字，不要用姓名、账号或常见的词。"
        for field in self.fields.values():
            field.error_messages["required"] = f"请填写{field.label}。"

    def clean(self) -> dict:
        cleaned = super().clean()
        old, new = cleaned.get("oldpassword"), cleaned.get("password1")
        if new and new == old:
            self.add_error(
                "password1", get_account_adapter().validation_error("same_as_current")
            )
        return cleaned


class _CodeIsGoodOnce:
    """allauth remembers a used code for one period, but a tolerance lets it live for three."""

    def clean_code(self) -> str:
        code = super().clean_code()
        if self.authenticator.type == Authenticator.Type.TOTP:
            periods = 2 * settings.MFA_TOTP_TOLERANCE + 1
            used = f"second-factor-used:{self.user.pk}:{normalize_user_code(code)}"
            if not cache.add(used, "y", timeout=periods * settings.MFA_TOTP_PERIOD):
                raise get_mfa_adapter().validation_error("incorrect_code")
        return code


class SecondFactorForm(_CodeIsGoodOnce, mfa_forms.AuthenticateForm):
    code = forms.CharField(
        label="验证码", widget=CODE, error_messages={"required": "请填写验证码。"}
    )


class ConfirmSecondFactorForm(_CodeIsGoodOnce, mfa_forms.ReauthenticateForm):
    code = forms.CharField(
        label="验证码", widget=CODE, error_messages={"required": "请填写验证码。"}
    )


class SetUpSecondFactorForm(totp_forms.ActivateTOTPForm):
    code = forms.CharField(
        label="手机上显示的 6 位数字",
        widget=CODE,
        error_messages={"required": "请填写手机上显示的 6 位数字。"},
    )


class _NoPromotion:
    """What an administrator may not do to accounts, and what follows from what they do."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "is_superuser" in self.fields:
            field = self.fields["is_superuser"]
            field.disabled = True
            field.label = "超级用户"
            field.help_text = "只能在服务器上用命令建立，这里不能改。"

    def save(self, commit: bool = True):
        # A password that another person chose is for the first sign-in only.
        if self.cleaned_data.get("password1"):
            self.instance.must_change_password = True
        return super().save(commit)


class NewUserForm(_NoPromotion, user_forms.UserCreationForm):
    email = forms.EmailField(required=False, label="电子邮箱")


class EditUserForm(_NoPromotion, user_forms.UserEditForm):
    email = forms.EmailField(required=False, label="电子邮箱")

    def __init__(self, *args, editing_self: bool = False, **kwargs) -> None:
        super().__init__(*args, editing_self=editing_self, **kwargs)
        if editing_self:
            self.fields["groups"].disabled = True
            self.fields["groups"].help_text = "自己的角色请另一位管理员修改。"
