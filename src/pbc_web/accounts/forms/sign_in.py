"""The accounts library's forms in our words: nothing is hidden in a placeholder, and every field says how it may be filled in."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as factor
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as passkey

PASSWORD_RULE = "Use 12 characters or more. Three words that do not belong together work well."  # noqa: S105 a hint, no password
CODE_RULE = "The 6 digits your authenticator app shows now, or one of your recovery codes"


def _say(form: Any, **labels: tuple[str, str]) -> None:
    for name, (label, hint) in labels.items():
        form.fields[name].label, form.fields[name].help_text = label, hint


class SignInForm(account.LoginForm):  # type: ignore[misc]  # allauth ships no types
    """Address and password."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        _say(self, login=("E-mail address", ""), password=("Password", ""))


class ChangePasswordForm(account.ChangePasswordForm):  # type: ignore[misc]
    """From one password to the next, typed once: it can be shown."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        _say(self, oldpassword=("Current password", ""), password1=("New password", PASSWORD_RULE))
        self.fields.pop("password2")


class SetPasswordForm(account.SetPasswordForm):  # type: ignore[misc]
    """A first password, typed once."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        _say(self, password1=("New password", PASSWORD_RULE))
        self.fields.pop("password2")


class ForgottenPasswordForm(account.ResetPasswordForm):  # type: ignore[misc]
    """The address the letter goes to."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        _say(self, email=("E-mail address", "The address you were invited at"))


class NewPasswordForm(account.ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password after the letter, typed once."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        _say(self, password1=("New password", PASSWORD_RULE))
        self.fields.pop("password2")


class PasswordAgainForm(account.ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something that matters."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        _say(self, password=("Password", ""))


class CodeForm(factor.AuthenticateForm):  # type: ignore[misc]
    """The code of the app, at sign-in."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        _say(self, code=("Security code", CODE_RULE))
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class CodeAgainForm(factor.ReauthenticateForm):  # type: ignore[misc]
    """The code of the app, before something that matters."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        _say(self, code=("Security code", CODE_RULE))
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class FirstCodeForm(totp.ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an app just set up."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        _say(self, code=("Security code", "The 6 digits the app shows now"))
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class AddPasskeyForm(passkey.AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        hint = "You will need its PIN, fingerprint or face."
        alone = ("Sign in with it alone, without a password", hint)
        _say(self, name=("Name of the passkey", "Like: work laptop"), passwordless=alone)


class NamePasskeyForm(passkey.EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        _say(self, name=("Name of the passkey", "Like: work laptop"))
