from django.contrib.auth.password_validation import (
    MinimumLengthValidator,
    UserAttributeSimilarityValidator,
)
from django.core.exceptions import ValidationError


class LongEnough(MinimumLengthValidator):
    """Django's own, whose sentence its Chinese catalogue lacks."""

    def get_error_message(self) -> str:
        return f"密码太短，至少要 {self.min_length} 位。"

    def get_help_text(self) -> str:
        return f"密码至少要 {self.min_length} 位。"


class UnlikeTheUser(UserAttributeSimilarityValidator):
    def validate(self, password, user=None) -> None:
        try:
            super().validate(password, user)
        except ValidationError as error:
            raise ValidationError(
                "密码和您的账号或姓名太像，容易被猜到。", code="password_too_similar"
            ) from error
