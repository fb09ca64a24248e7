"""May a service bring this to that resource? Decided by the resource's policy, or by the role that it acts with.

https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
"""

from datetime import UTC, datetime

from sandbox import access, clock, principals
from sandbox.authorization import Need
from sandbox.callers import Circumstances, Keys
from sandbox.emulator import Delivery, Role, World, find_role
from sandbox.principals import Principal, Session


def may_deliver(world: World, delivery: Delivery) -> bool:
    """Tell whether a delivery is allowed; nothing is recorded of it."""
    need = Need(delivery.action, delivery.resource, delivery.resource.split(":")[4], _source(delivery))
    circumstances = Circumstances(
        region=delivery.resource.split(":")[3],
        now=clock.time_in(world, datetime.now(UTC)),
        source_ip="",
        user_agent=delivery.service,
    )
    if delivery.role_arn:
        return _by_role(world, delivery, circumstances, need)
    if delivery.service:
        deliverer = principals.service(delivery.service)
    else:
        deliverer = principals.root_of(delivery.source_account)
    return access.judge_needs(world, deliverer, circumstances, [need]).refused is None


def _source(delivery: Delivery) -> Keys:
    if delivery.role_arn or not delivery.service:
        return {}
    return {"aws:sourcearn": (delivery.source_arn,), "aws:sourceaccount": (delivery.source_account,)}


def _by_role(world: World, delivery: Delivery, circumstances: Circumstances, need: Need) -> bool:
    role = find_role(world, delivery.role_arn)
    if role is None or role.account_id != delivery.source_account:
        return False
    session = service_session(world, role, delivery.service, delivery.source_arn, "delivery", circumstances)
    return session is not None and access.judge_needs(world, session, circumstances, [need]).refused is None


def service_session(
    world: World, role: Role, service: str, source_arn: str, name: str, circumstances: Circumstances
) -> Principal | None:
    """The session of a role that a service takes on; None when the role does not trust the service.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_terms-and-concepts.html
    """
    context: Keys = {"aws:sourceaccount": (role.account_id,), "sts:rolesessionname": (name,)}
    if source_arn:
        context["aws:sourcearn"] = (source_arn,)
    trust = Need("sts:AssumeRole", role.arn, role.account_id, context)
    if access.judge_needs(world, principals.service(service), circumstances, [trust]).refused is not None:
        return None
    return session_of(role, name, circumstances.now)


def session_of(role: Role, name: str, now: datetime) -> Principal:
    """A session of a role, for calls in this process; nobody gets credentials of it."""
    session = Session(issued_at=now, expires_at=now, role_arn=role.arn, role_id=role.id, role_name=role.name, name=name)
    partition = role.arn.split(":")[1]
    arn = f"arn:{partition}:sts::{role.account_id}:assumed-role/{role.name}/{name}"
    return Principal("AssumedRole", arn, role.account_id, f"{role.id}:{name}", session=session)
