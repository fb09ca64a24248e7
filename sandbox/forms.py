"""What a visitor can send to the sandbox's own pages."""

from django import forms


class CoverageForm(forms.Form):
    """Which operations to show."""

    q = forms.CharField(
        label="Find a service or an operation",
        max_length=80,
        required=False,
        widget=forms.TextInput({"type": "search", "autocomplete": "off", "spellcheck": "false"}),
    )
