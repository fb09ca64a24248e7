"""Everything that a learner can send."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate, password_validation
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from labs.models import Learner
from labs.queries import HINT_LEVELS

_EMAIL = forms.EmailInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"})


class SignInForm(forms.Form):
    """Email address and password; `learner` is set when they belong together."""

    email = forms.EmailField(label="Email address", widget=_EMAIL)
    password = forms.CharField(strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))
    learner: Learner | None = None

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean(self) -> dict[str, Any]:
        """Look the learner up; which of the two is wrong is not told."""
        given = super().clean() or {}
        if not self.errors:
            found = authenticate(self.request, username=given["email"], password=given["password"])
            if not isinstance(found, Learner):
                raise ValidationError("No account has this email address and password.")
            self.learner = found
        return given


class ClaimForm(forms.Form):
    """What makes a guest an account."""

    email = forms.EmailField(label="Email address", widget=_EMAIL)
    password = forms.CharField(
        strip=False,
        help_text="At least 10 characters. A few unrelated words make a good one.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    display_name = forms.CharField(
        label="Name to show",
        max_length=60,
        required=False,
        widget=forms.TextInput({"autocomplete": "nickname"}),
    )

    def clean_email(self) -> str:
        """One account per address, whatever its case."""
        email = str(self.cleaned_data["email"]).lower()
        if Learner.objects.filter(email=email).exists():
            raise ValidationError("An account has this address already. Sign in to it: your work comes along.")
        return email

    def clean(self) -> dict[str, Any]:
        """Judge the password beside what the learner told about themselves."""
        given = super().clean() or {}
        if password := given.get("password"):
            shown = Learner(email=given.get("email"), display_name=given.get("display_name", ""))
            try:
                password_validation.validate_password(password, shown)
            except ValidationError as error:
                self.add_error("password", error)
        return given


class HintForm(forms.Form):
    """Which hint to open."""

    level = forms.IntegerField(min_value=1, max_value=HINT_LEVELS)


class SeenForm(forms.Form):
    """What the page shows now."""

    seen = forms.CharField(max_length=64, required=False)
