"""What people fill in: to sign in, to bring others in, and to act for one another."""

from pbc_web.accounts.forms.appointments import CoverForm, EndForm, FindForm, RenewForm, ViewAsForm
from pbc_web.accounts.forms.invitations import InviteForm, JoinForm
from pbc_web.accounts.forms.sign_in import (
    AddPasskeyForm,
    ChangePasswordForm,
    CodeAgainForm,
    CodeForm,
    FirstCodeForm,
    ForgottenPasswordForm,
    NamePasskeyForm,
    NewPasswordForm,
    PasswordAgainForm,
    SetPasswordForm,
    SignInForm,
)  # fmt: skip

__all__ = [
    "AddPasskeyForm", "ChangePasswordForm", "CodeAgainForm", "CodeForm", "CoverForm", "EndForm", "FindForm",
    "FirstCodeForm", "ForgottenPasswordForm", "InviteForm", "JoinForm", "NamePasskeyForm", "NewPasswordForm",
    "PasswordAgainForm", "RenewForm", "SetPasswordForm", "SignInForm", "ViewAsForm",
]  # fmt: skip
