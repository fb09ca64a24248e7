"""What a learner can send about the weather and the clock of a lab."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from sandbox.authorization.table import operation_names
from sandbox.clock import FURTHEST
from sandbox.regions import REGIONS
from sandbox.services import OFFERED
from sandbox.weather import LARGEST_SKEW, LONGEST_DELAY, MOST_TIMES, Fault, Kind

ANY = "*"
_KINDS = [
    (Kind.THROTTLE.value, "Throttled"),
    (Kind.ERROR.value, "Server error"),
    (Kind.LATENCY.value, "Slow answer"),
]
_SERVICES = [(ANY, "every service"), *((name, name) for name in sorted(OFFERED))]
_LARGEST_SKEW_MINUTES = int(LARGEST_SKEW.total_seconds() // 60)
_MINUTE_ATTRIBUTES = {"inputmode": "numeric"}


class PlaceForm(forms.Form):
    """Which calls a fault is for."""

    kind = forms.ChoiceField(label="What happens", choices=_KINDS)
    service = forms.ChoiceField(label="Service", choices=_SERVICES)
    operation = forms.CharField(
        label="Operation",
        initial=ANY,
        max_length=80,
        help_text="As in the API, such as PutItem; * for every one.",
        widget=forms.TextInput({"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
    )

    def clean_operation(self) -> str:
        """The operation as the API writes it, whatever its case here."""
        asked, service = str(self.cleaned_data["operation"]), self.cleaned_data.get("service", ANY)
        if asked == ANY:
            return asked
        if service == ANY:
            raise ValidationError("Choose the operation's service, or * for every operation.")
        name = {known.casefold(): known for known in operation_names()[service]}.get(asked.casefold())
        if name is None:
            raise ValidationError(f"{service} has no operation of this name.")
        return name

    def place(self) -> Fault:
        """A fault at the place given."""
        given = self.cleaned_data
        return Fault(Kind(given["kind"]), given["service"], given["operation"])


class FaultForm(PlaceForm):
    """A fault to turn on: for a number of calls, or for each with a chance."""

    times = forms.IntegerField(
        label="For how many calls", min_value=1, max_value=MOST_TIMES, required=False, help_text="Or give a share."
    )
    percent = forms.IntegerField(
        label="Share of calls in %", min_value=1, max_value=100, required=False, help_text="Neither: every call."
    )
    seconds = forms.FloatField(
        label="Delay in seconds", max_value=LONGEST_DELAY, min_value=0.1, required=False, help_text="Of a slow answer."
    )
    status = forms.ChoiceField(
        label="HTTP status", choices=[("500", "500"), ("503", "503")], required=False, help_text="Of a server error."
    )

    def clean(self) -> dict[str, Any]:
        """One way to count, and a delay where the fault is one."""
        given = super().clean() or {}
        if given.get("times") and given.get("percent"):
            self.add_error("percent", "Give a number of calls or a share, not both.")
        if given.get("kind") == Kind.LATENCY and given.get("seconds") is None and "seconds" not in self.errors:
            self.add_error("seconds", "How many seconds is the answer late?")
        return given

    def fault(self) -> Fault:
        """The fault that was asked for."""
        given, place = self.cleaned_data, self.place()
        return Fault(
            place.kind,
            place.service,
            place.operation,
            times=given["times"],
            rate=(given["percent"] or 100) / 100,
            seconds=given["seconds"] if place.kind is Kind.LATENCY else 0.0,
            status=int(given["status"] or 500) if place.kind is Kind.ERROR else 500,
        )


class SkewForm(forms.Form):
    """How far the services' clock is off."""

    minutes = forms.IntegerField(
        label="Minutes that AWS's clock is ahead",
        min_value=-_LARGEST_SKEW_MINUTES,
        max_value=_LARGEST_SKEW_MINUTES,
        widget=forms.NumberInput(_MINUTE_ATTRIBUTES),
    )

    def by(self) -> timedelta:
        """The time by which it is ahead."""
        return timedelta(minutes=self.cleaned_data["minutes"])


class RegionForm(forms.Form):
    """A region whose zones are shown."""

    region = forms.ChoiceField(label="Region", choices=[(name, name) for name in sorted(REGIONS)])


class OutageForm(RegionForm):
    """The zones of a region that are out."""

    zones = forms.MultipleChoiceField(label="Zones that are out", required=False)

    def __init__(self, *args: Any, zone_ids: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = self.fields["zones"]
        if isinstance(zones, forms.MultipleChoiceField):
            zones.choices = [(zone_id, zone_id) for zone_id in zone_ids]


class ClockForm(forms.Form):
    """How far the clock is moved forward, once that was confirmed."""

    days = forms.IntegerField(label="Days", min_value=0, max_value=FURTHEST.days, required=False)
    hours = forms.IntegerField(label="Hours", min_value=0, max_value=23, required=False)
    sure = forms.BooleanField(
        label="I know that the clock cannot be moved back",
        error_messages={"required": "Confirm it: the clock cannot be moved back."},
    )

    def clean(self) -> dict[str, Any]:
        """Something to move by."""
        given = super().clean() or {}
        if not self.errors and not (given.get("days") or given.get("hours")):
            raise ValidationError("By how much? Give days, hours or both.")
        return given

    def by(self) -> timedelta:
        """The time by which it moves."""
        return timedelta(days=self.cleaned_data["days"] or 0, hours=self.cleaned_data["hours"] or 0)
