"""The sign-in form."""

from __future__ import annotations

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest
from django.utils import timezone

from heshi.common.guessing import TooManyGuesses, address_of, guess
from heshi.web.kit.forms import RENDERER, PageErrors, Sent, SentFiles

LOCKED = "密码输错次数太多，请 {minutes} 分钟后再试；忘了密码请找本单位系统管理员重置。"
WRONG = "账号或密码不对。请核对后再输一次；忘了密码请找本单位系统管理员重置。"


class SignInForm(AuthenticationForm):
    """Account and password; guesses are counted per account and per address."""

    use_required_attribute = False
    default_renderer = RENDERER
    error_messages = {"invalid_login": WRONG, "inactive": WRONG}

    def __init__(
        self, request: HttpRequest | None = None, *, data: Sent = None, files: SentFiles = None,
        initial: dict[str, object] | None = None, prefix: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(
            request, data, files, initial=initial, prefix=prefix, error_class=PageErrors, label_suffix=""
        )
        self.fields["username"].label = "账号"
        self.fields["username"].error_messages["required"] = "请填写账号。"
        self.fields["password"].label = "密码"
        self.fields["password"].error_messages["required"] = "请填写密码。"

    def clean(self) -> dict[str, object]:
        """Check the password, unless too many were tried."""
        # Upper and lower case count as one account, else each spelling would have guesses of its own.
        account = str(self.cleaned_data.get("username", "")).casefold()
        if not account or not self.cleaned_data.get("password"):
            return self.cleaned_data
        address = address_of(self.request) if self.request else ""
        try:
            with guess("sign_in", account, address=address, at=timezone.now()):
                return super().clean()
        except TooManyGuesses as refusal:
            minutes = refusal.details["minutes"]
            raise forms.ValidationError(LOCKED.format(minutes=minutes), code=refusal.code) from refusal
