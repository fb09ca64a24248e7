"""The project as a Django app, so that every process that sets Django up has the Celery application."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """No models; makes `shared_task` publish to our broker."""

    name = "config"

    def ready(self) -> None:
        """Import the Celery application, which becomes the current one."""
        from config import celery  # noqa: F401  # needs the settings, so it cannot be imported with this module
