"""`manage.py make_account`: fresh accounts for tools and tests."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from sandbox.endpoint import MOUNT
from sandbox.environments import create_environment, learner_credentials
from sandbox.models import Account


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10_000:
        raise ArgumentTypeError(f"{text!r}: write a whole number from 1 to 10000")
    return int(text)


class Command(BaseCommand):
    help = "Make accounts, each with an administrator `learner` and an access key, and print them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--count", type=_count, default=1)
        parser.add_argument("--json", action="store_true", help="a list of objects instead of lines to read")
        parser.add_argument("--same-environment", action="store_true", help="all in one environment")

    def handle(self, *args: Any, **options: Any) -> None:
        accounts = [_described(account) for account in _made(options["count"], options["same_environment"])]
        if options["json"]:
            self.stdout.write(json.dumps(accounts, indent=2))
            return
        for account in accounts:
            self.stdout.write(
                f"export AWS_ENDPOINT_URL={account['endpoint_url']}"
                f" AWS_ACCESS_KEY_ID={account['access_key_id']}"
                f" AWS_SECRET_ACCESS_KEY={account['secret_access_key']}"
                f" AWS_DEFAULT_REGION=eu-central-1  # account {account['account_id']}"
            )


def _made(count: int, same_environment: bool) -> list[Account]:
    if same_environment:
        aliases = ["main", *(f"account-{number}" for number in range(2, count + 1))]
        return list(create_environment(aliases=aliases).accounts.order_by("alias"))
    return [create_environment().accounts.get() for _ in range(count)]


def _described(account: Account) -> dict[str, str]:
    credentials = learner_credentials(account)
    return {
        "account_id": account.pk,
        "access_key_id": credentials.access_key_id,
        "secret_access_key": credentials.secret_access_key,
        "environment": str(account.environment_id),
        "endpoint_url": f"http://127.0.0.1:{settings.PORT}{MOUNT}",
    }
