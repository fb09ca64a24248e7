"""`python -m tests.integration.cli_examples`: how the commands end here; see report.py."""

import importlib
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()
# It reads models, which are there only now.
importlib.import_module("tests.integration.cli_examples.report").main()
