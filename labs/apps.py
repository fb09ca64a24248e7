"""Lessons, lab sessions, tasks, checks, grading and progress."""

from django.apps import AppConfig


class LabsConfig(AppConfig):
    """Nothing to set up."""

    name = "labs"
