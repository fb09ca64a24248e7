"""Make, read and delete environments: small AWSs of one or more accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from sandbox import bodies, identity_provider, store, worlds
from sandbox.emulator import World, add_learner, keys_of_user
from sandbox.identifiers import new_account_id
from sandbox.models import Account, Environment

LEARNER = "learner"


@dataclass(frozen=True, slots=True)
class Credentials:
    """An access key that works at the gateway."""

    access_key_id: str
    secret_access_key: str


class NoAccessKey(LookupError):
    """The learner has no active access key left."""


@transaction.atomic
def create_environment(*, aliases: Sequence[str] = ("main",)) -> Environment:
    """Make an environment with an account for each alias, and in each an administrator `learner` with a key."""
    environment = Environment.objects.create()
    for alias in aliases:
        add_account(environment=environment, alias=alias)
    return environment


@transaction.atomic
def add_account(*, environment: Environment, alias: str) -> Account:
    """Open one more account in an environment."""
    account = _insert_account(environment, alias)
    with worlds.lock:
        world = store.open_world(environment.pk)
        changes, _ = add_learner(world, account.pk, LEARNER)
        store.commit(world, environment.pk, changes, [])
    return account


def _insert_account(environment: Environment, alias: str) -> Account:
    while True:
        try:
            with transaction.atomic():
                return Account.objects.create(id=new_account_id(), environment=environment, alias=alias)
        except IntegrityError:
            # One in ten to the eleventh; but an alias that is taken is the caller's mistake.
            if Account.objects.filter(environment=environment, alias=alias).exists():
                raise


def delete_environment(environment_id: UUID) -> None:
    """Delete an environment with all that it holds; twice does no harm."""
    Environment.objects.filter(pk=environment_id).delete()
    worlds.drop(environment_id)
    transaction.on_commit(lambda: bodies.forget(environment_id))


def learner_credentials(account: Account) -> Credentials:
    """Read the learner's newest active key; raises NoAccessKey when the learner has deleted or disabled them all."""
    with worlds.lock:
        world = worlds.opened(account.environment_id)
        keys = keys_of_user(world, account.pk, LEARNER)
    active = [key for key in keys if key.active]
    if not active:
        raise NoAccessKey(account.pk)
    return Credentials(active[-1].access_key_id, active[-1].secret_access_key)


def open_identity_provider(environment_id: UUID) -> World:
    """Open an environment to sign tokens and assertions in: its identity provider's keys are made and stored.

    To be used under `worlds.lock`. Raises store.Conflict when it loses the race for the first use, and
    store.EnvironmentGone.
    """
    world = worlds.opened(environment_id)
    if not identity_provider.key_set(world):
        try:
            with world.entered():
                identity_provider.prepare(world)
                store.commit(world, environment_id, world.changes(), [])
        except store.Conflict:
            worlds.drop(environment_id)
            raise
    return world
