"""What the emulated state says about the resources that a call names; reading only."""

from dataclasses import dataclass

from sandbox.authorization.state import Resource
from sandbox.emulator.facts import (
    applications,
    compute,
    identity,
    instances,
    messages,
    network,
    operations,
    scaling,
    secrets,
    storage,
)
from sandbox.emulator.facts.kinds import Kind, Place
from sandbox.emulator.facts.references import REFERENCES
from sandbox.emulator.world import World

KINDS: dict[str, Kind] = (
    identity.KINDS
    | secrets.KINDS
    | storage.KINDS
    | instances.KINDS
    | network.KINDS
    | messages.KINDS
    | compute.KINDS
    | scaling.KINDS
    | operations.KINDS
    | applications.KINDS
)

# Services name resources of others by types of their own.
SAME = {
    "ec2:certificate": "acm:certificate",
    "ec2:role": "iam:role",
    "events:alias": "kms:alias",
    "events:key": "kms:key",
    "kinesis:kmsKey": "kms:key",
    "route53:vpc": "ec2:vpc",
    "ssm:bucket": "s3:bucket",
    "ssm:iam-role": "iam:role",
    "ssm:instance": "ec2:instance",
    "ssm:task": "ecs:task",
    "sts:role": "iam:role",
}
KINDS |= {kind: KINDS[meant] for kind, meant in SAME.items()}


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """The state as an account sees it in a region: `sandbox.authorization.state.State` on the emulator."""

    world: World
    account_id: str
    region: str

    def find(self, kind: str, identifier: str) -> Resource | None:
        """The resource that a name, id, ARN, alias or URL means; None when there is none in this environment."""
        known, place = KINDS.get(kind), self._place(identifier)
        if known is None or place is None:
            return None
        with self.world.entered():
            thing = known.locate(place, identifier)
            return known.describe(place, thing) if thing is not None else None

    def linked(self, kind: str, identifier: str, to: str) -> tuple[Resource, ...]:
        """Resources of kind `to` that another one refers to and that exist; () for none.

        Beside kinds of resources, what refers may be one of `references.REFERENCES`.
        """
        known, place = KINDS.get(kind) or REFERENCES.get(kind), self._place(identifier)
        link = known.links.get(SAME.get(to, to)) if known is not None else None
        if known is None or place is None or link is None:
            return ()
        with self.world.entered():
            thing = known.locate(place, identifier)
            names = dict.fromkeys(link(place, thing)) if thing is not None else {}
            there = AccountFacts(self.world, place.account_id, place.region)
            found = (there.find(to, name) for name in names if name)
            return tuple(resource for resource in found if resource is not None)

    def _place(self, identifier: str) -> Place | None:
        """Where to look: an ARN's or URL's own account and region go before the caller's."""
        account_id, region = self.account_id, self.region
        if identifier.startswith("arn:"):
            parts = identifier.split(":", 5)
            if len(parts) < 6:
                return None
            region = parts[3] or region
            account_id = account_id if parts[4] in ("", "aws") else parts[4]
        elif identifier.startswith(("https://", "http://")):
            account_id, region = _of_url(identifier, account_id, region)
        elif identifier[12:].startswith(":function:"):
            account_id = identifier[:12]
        return Place(self.world, account_id, region) if account_id in self.world.accounts else None


def _of_url(url: str, account_id: str, region: str) -> tuple[str, str]:
    """Account and region of a queue's URL: https://sqs.<region>.amazonaws.com/<account>/<name>, or the older form."""
    parts = url.split("/")
    host = parts[2].split(".")
    named = parts[-2] if len(parts) > 4 else account_id
    if len(host) > 3 and host[0] == "sqs":
        region = host[1]
    elif len(host) > 3 and host[1] == "queue":
        region = host[0]
    return named, region


__all__ = ["KINDS", "SAME", "AccountFacts"]
