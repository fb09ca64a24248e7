"""Who learns, and each run of a lab: names, environment, task results and the hints that were taken."""

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from sandbox.models import Environment


class LearnerManager(BaseUserManager["Learner"]):
    """Finds learners by their email address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "Learner":
        """Return the learner who signs in with this address; raises DoesNotExist."""
        return self.get(email=(username or "").lower())


class Learner(AbstractBaseUser):
    """A person who learns here: a guest until an email address and a password are set."""

    email = models.EmailField(unique=True, null=True, blank=True)
    display_name = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[LearnerManager] = LearnerManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="learner_email_once")]

    def __str__(self) -> str:
        return self.display_name or self.email or f"guest {self.pk}"

    @property
    def is_guest(self) -> bool:
        """A guest is known by the session cookie alone."""
        return self.email is None


class Grading(models.TextChoices):
    """Where the grading of a lab session stands."""

    IDLE = "idle"
    QUEUED = "queued"
    RUNNING = "running"


class LabSession(models.Model):
    """A learner's run of one lab; at most one per learner and lesson is open.

    `grading_asked` counts the requests to grade; a grading that saw a lower count than is stored runs again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="lab_sessions")
    lesson = models.UUIDField()
    seed = models.CharField(max_length=64)
    names = models.JSONField(default=dict)
    environment = models.ForeignKey(Environment, on_delete=models.SET_NULL, null=True, related_name="lab_sessions")
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    grading = models.CharField(max_length=8, choices=Grading.choices, default=Grading.IDLE)
    grading_since = models.DateTimeField(default=timezone.now)
    grading_asked = models.PositiveBigIntegerField(default=0)
    grading_run = models.UUIDField(null=True, blank=True)
    grading_fault = models.BooleanField(default=False)
    graded_event = models.BigIntegerField(default=-1)
    graded_version = models.BigIntegerField(default=-1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "lesson"],
                condition=models.Q(closed_at=None),
                name="one_open_session_per_lesson",
            )
        ]
        indexes = [
            models.Index(fields=["grading_since"], condition=~models.Q(grading="idle"), name="session_being_graded")
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_being_graded(self) -> bool:
        """A grading is queued or under way."""
        return self.grading != Grading.IDLE


class TaskResult(models.Model):
    """What the last grading said about a task; once done, a task stays done until the lab is reset."""

    class Outcome(models.TextChoices):
        DONE = "done"
        NOT_YET = "not-yet"
        FAULT = "fault"

    session = models.ForeignKey(LabSession, on_delete=models.CASCADE, related_name="results")
    task = models.CharField(max_length=64)
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    wrong = models.CharField(max_length=64, blank=True)
    reason = models.TextField(blank=True)
    graded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "task"], name="one_result_per_task")]

    def __str__(self) -> str:
        return f"{self.task}: {self.outcome}"


class HintTaken(models.Model):
    """A hint that the learner opened; level 1 says least."""

    session = models.ForeignKey(LabSession, on_delete=models.CASCADE, related_name="hints")
    task = models.CharField(max_length=64)
    level = models.PositiveSmallIntegerField()
    taken_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "task", "level"], name="hint_taken_once")]

    def __str__(self) -> str:
        return f"{self.task}: hint {self.level}"
