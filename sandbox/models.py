"""What the sandbox keeps: environments, their accounts, the state of each account, and the trail."""

import uuid

from django.db import models
from django.utils import timezone


class Environment(models.Model):
    """A private little AWS; `version` goes up by one with every stored change in it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.id)


class Account(models.Model):
    """An AWS account; `alias` is its name inside the environment ("main")."""

    id = models.CharField(primary_key=True, max_length=12)
    environment = models.ForeignKey(Environment, on_delete=models.CASCADE, related_name="accounts")
    alias = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["environment", "alias"], name="account_alias_once")]

    def __str__(self) -> str:
        return self.id


class AccountState(models.Model):
    """One emulator backend of one account, sealed; `version` is the environment's version that wrote it."""

    environment = models.ForeignKey(Environment, on_delete=models.CASCADE, related_name="states")
    account_id = models.CharField(max_length=12)
    service = models.CharField(max_length=64)
    region = models.CharField(max_length=32)
    version = models.BigIntegerField()
    emulator = models.CharField(max_length=32)
    blob = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["environment", "account_id", "service", "region"], name="one_state_per_backend"
            )
        ]

    def __str__(self) -> str:
        return f"{self.account_id}/{self.service}/{self.region}@{self.version}"


class Interface(models.TextChoices):
    """By what the caller called, told from the user agent."""

    CLI = "cli"
    SDK = "sdk"
    CONSOLE = "console"
    OTHER = "other"


class Event(models.Model):
    """One API call: columns for searching, `record` in CloudTrail's record format, `decision` with its reasons.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
    """

    id = models.BigAutoField(primary_key=True)
    environment = models.ForeignKey(Environment, on_delete=models.CASCADE, related_name="events")
    account_id = models.CharField(max_length=12)
    event_id = models.UUIDField()
    event_time = models.DateTimeField()
    event_source = models.CharField(max_length=64)
    event_name = models.CharField(max_length=128)
    region = models.CharField(max_length=32)
    interface = models.CharField(max_length=8, choices=Interface.choices)
    read_only = models.BooleanField()
    error_code = models.CharField(max_length=128, blank=True)
    record = models.JSONField()
    decision = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["environment", "id"], name="event_by_environment")]

    def __str__(self) -> str:
        return f"{self.event_source}:{self.event_name} {self.error_code or 'ok'}"
