"""The settings for tests: a data folder that goes away, tasks in place, quick passwords, plain files."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# Processes that tests start inherit it; what a developer keeps in var/ is never touched.
if "ENTRYPOINT_TEST_DATA" not in os.environ:
    os.environ["ENTRYPOINT_TEST_DATA"] = os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="entrypoint-test-")
    atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)

# Scripts that tests start find our packages, wherever they are.
os.environ["PYTHONPATH"] = str(Path(__file__).resolve().parent.parent)

from config.settings import *  # noqa: F403
from config.settings import STATICFILES_DIRS, STORAGES

CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
# The thread that writes the trail would see nothing of a test's transaction.
SANDBOX_RECORD_IN_BACKGROUND = False
SANDBOX_REQUESTS_PER_SECOND = 0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
STATICFILES_DIRS = [folder for folder in STATICFILES_DIRS if folder.exists()]
