"""CreateSession: who signed, and that the role's trust policy lets that in, was decided before.

https://docs.aws.amazon.com/rolesanywhere/latest/userguide/authentication-create-session.html
"""

from dataclasses import replace
from datetime import timedelta

from cryptography.hazmat.primitives.serialization import Encoding

from sandbox import sessions
from sandbox.emulator import Role, find_role
from sandbox.emulator.policies import policies_by_arn
from sandbox.principals import Session
from sandbox.services.invocation import Handler, Invocation
from sandbox.services.rolesanywhere.profiles import LONGEST, SHORTEST
from sandbox.services.rolesanywhere.resources import PROFILES, Row, denied, invalid
from sandbox.services.rolesanywhere.subjects import seen
from sandbox.services.sts.answers import packed_size
from sandbox.services.sts.roles import principal_of
from sandbox.wire.x509_signature import read_presented


def create_session(invocation: Invocation) -> Row:
    """Begin a session of a role for the holder of a certificate; raises AwsError."""
    proven = invocation.principal.session
    if invocation.principal.kind != "AWSService" or proven is None:
        raise denied("CreateSession is signed with the key of a certificate")
    given = invocation.parameters
    profile = next(one for one in invocation.native()[PROFILES].values() if one["arn"] == given["profileArn"])
    role = find_role(invocation.world, given["roleArn"])
    if role is None:
        raise denied(f"Unable to assume role for {given['roleArn']}")
    session = replace(
        _with_policies(invocation, proven, profile),
        expires_at=invocation.now.replace(microsecond=0) + _duration(invocation, profile, role),
        role_arn=role.arn,
        role_id=role.id,
        role_name=role.name,
        claims={},
    )
    percent = packed_size(session.policies, session.policy_arns, session.tags) or 0
    return _answer(invocation, role, session, percent)


def _duration(invocation: Invocation, profile: Row, role: Role) -> timedelta:
    """The shorter of what the request and the profile say."""
    asked = invocation.parameters.get("durationSeconds")
    if asked is not None and not SHORTEST <= asked <= LONGEST:
        raise invalid(f"durationSeconds is from {SHORTEST} to {LONGEST}")
    seconds = min(profile["durationSeconds"], asked or LONGEST)
    if seconds > role.max_session:
        raise invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
    return timedelta(seconds=seconds)


def _with_policies(invocation: Invocation, proven: Session, profile: Row) -> Session:
    """With the session policies of the profile; raises AwsError for one that is gone."""
    arns = tuple(profile["managedPolicyArns"])
    for arn, found in zip(arns, policies_by_arn(invocation.world, invocation.account_id, arns), strict=True):
        if found is None or arn.split(":")[4] not in ("aws", invocation.account_id):
            raise invalid(f"Policy {arn} does not exist or is not attachable.")
    policies = (profile["sessionPolicy"],) if profile["sessionPolicy"] else ()
    return replace(proven, policies=policies, policy_arns=arns)


def _answer(invocation: Invocation, role: Role, session: Session, percent: int) -> Row:
    principal, certificate = principal_of(role, session), read_presented(invocation.request).certificate
    made = sessions.issue(principal)
    subject_arn = seen(
        invocation,
        certificate.subject.rfc4514_string(),
        certificate.issuer.rfc4514_string(),
        str(certificate.serial_number),
        certificate.public_bytes(Encoding.PEM).decode(),
    )
    credentials = {
        "accessKeyId": made.access_key_id,
        "secretAccessKey": made.secret_access_key,
        "sessionToken": made.session_token,
        "expiration": made.expires_at,
    }
    entry = {
        "assumedRoleUser": {"arn": principal.arn, "assumedRoleId": principal.user_id},
        "credentials": credentials,
        "packedPolicySize": percent,
        "roleArn": role.arn,
        "sourceIdentity": session.source_identity,
    }
    return {"credentialSet": [entry], "subjectArn": subject_arn}


HANDLERS: dict[str, Handler] = {"CreateSession": create_session}
