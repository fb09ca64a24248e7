"""The policy simulator: questions put to the engine that decides the real calls.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_testing-policies.html
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.emulator import iam_state
from sandbox.emulator.iam_state import Identity
from sandbox.emulator.policies import organization_levels
from sandbox.iam import reference
from sandbox.iam.decision import Applicable, Decision, Layer, NamedPolicy, Step, Verdict, decide
from sandbox.iam.patterns import Variable
from sandbox.iam.policies import MalformedPolicy, compile_policy
from sandbox.iam.requests import Asker, Kind, Question, make_context, read_asker
from sandbox.services.iam import policy_text
from sandbox.services.iam.errors import not_found, refusal
from sandbox.services.iam.identities import listed
from sandbox.services.invocation import Handler, Invocation, Result


@dataclass(frozen=True, slots=True)
class Source:
    """A policy of a simulation: its name and type in the answer, and its text."""

    id: str
    type: str
    text: str


@dataclass(frozen=True, slots=True)
class Simulation:
    """Who would call, in which context, under which policies; None where there are none of the kind."""

    asker: Asker
    context: Mapping[str, tuple[str, ...]]
    identity: Sequence[Source]
    boundary: Sequence[Source] | None
    resource: Sequence[Source] | None
    owner: str
    scps: Sequence[Sequence[Source]] | None = None


def simulate_custom(invocation: Invocation) -> Result:
    """Simulate calls under the policies given.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html
    """
    given = invocation.parameters
    caller = given.get("CallerArn")
    if given.get("ResourcePolicy") is not None and caller is None:
        raise refusal("InvalidInput", "CallerArn must be given when there is a resource policy.")
    asker = _caller(caller or f"arn:aws:iam::{invocation.account_id}:user/simulated")
    boundary = _inputs(given, "PermissionsBoundaryPolicyInputList")
    return _simulated(invocation, asker, _inputs(given, "PolicyInputList") or [], boundary, None, {})


def simulate_principal(invocation: Invocation) -> Result:
    """Simulate calls of a user, a role or a group's member under their own policies, and others beside.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
    """
    given = invocation.parameters
    source = entity(invocation, given["PolicySourceArn"])
    caller = given.get("CallerArn")
    if given.get("ResourcePolicy") is not None and caller is None and source.kind != "user":
        raise refusal("InvalidInput", "CallerArn must be given when there is a resource policy and no user.")
    asker = _asker(source) if caller is None else _caller(caller)
    boundary = _inputs(given, "PermissionsBoundaryPolicyInputList")
    if boundary is None and source.boundary:
        boundary = [_managed(invocation, source.boundary)]
    sources = [*policies_of(invocation, source), *(_inputs(given, "PolicyInputList") or [])]
    return _simulated(invocation, asker, sources, boundary, _organization(invocation), _own_context(source))


def entity(invocation: Invocation, arn: str) -> Identity:
    """The user, role or group of the account that an ARN means; raises AwsError."""
    parts = arn.split(":", 5)
    kind, _, path = parts[5].partition("/") if len(parts) == 6 else ("", "", "")
    readers: dict[str, Callable[..., Identity | None]] = {
        "user": iam_state.user,
        "role": iam_state.role,
        "group": iam_state.group,
    }
    if kind not in readers or parts[2] != "iam":
        raise refusal("InvalidInput", f"Invalid Entity Arn: {arn}")
    name = path.rpartition("/")[2]
    found = readers[kind](invocation.world, invocation.account_id, name)
    if found is None or found.arn != arn:
        raise not_found(kind, name)
    return found


def policies_of(invocation: Invocation, source: Identity) -> list[Source]:
    """Inline and attached policies of an identity; a user's groups' too."""
    found = [_input(f"{source.kind}_{source.name}_{name}", source.kind, text) for name, text in source.inline.items()]
    found += [_managed(invocation, one.arn) for one in source.attached]
    if isinstance(source, iam_state.User):
        for name in source.groups:
            group = iam_state.group(invocation.world, invocation.account_id, name)
            found += policies_of(invocation, group) if group is not None else []
    return found


def _managed(invocation: Invocation, arn: str) -> Source:
    found = iam_state.managed_policy(invocation.world, invocation.account_id, arn)
    if found is None:
        raise not_found("policy", arn)
    return _input(found.name, "aws-managed" if found.of_aws else "user-managed", found.document)


def _inputs(given: Mapping[str, Any], name: str) -> list[Source] | None:
    texts = given.get(name)
    if texts is None:
        return None
    return [_input(f"{name}.{number}", "none", text) for number, text in enumerate(texts, 1)]


def _input(name: str, kind: str, text: str) -> Source:
    try:
        compile_policy(text)
    except MalformedPolicy as error:
        raise refusal("InvalidInput", f"The policy {name} is not valid: {error}") from error
    return Source(name, kind, text)


def _caller(arn: str) -> Asker:
    try:
        asker = read_asker(arn)
    except ValueError:
        asker = None
    if asker is None or asker.kind is not Kind.USER:
        raise refusal("InvalidInput", f"Invalid caller: {arn} is not the ARN of an IAM user")
    return asker


def _asker(source: Identity) -> Asker:
    account = source.arn.split(":")[4]
    if source.kind == "role":
        return Asker(Kind.ROLE_SESSION, f"arn:aws:sts::{account}:assumed-role/{source.name}/x", account, source.arn)
    return Asker(Kind.USER, source.arn, account)


def _own_context(source: Identity) -> dict[str, str]:
    """What is known of the principal. AWS does not say which keys it fills in itself; these we believe."""
    known = {"aws:PrincipalArn": source.arn, "aws:PrincipalAccount": source.arn.split(":")[4]}
    known |= {f"aws:PrincipalTag/{key}": value for key, value in source.tags.items()}
    if source.kind == "user":
        known |= {"aws:username": source.name, "aws:userid": source.id, "aws:PrincipalType": "User"}
    if source.kind == "role":
        known |= {"aws:PrincipalType": "AssumedRole"}
    return {} if source.kind == "group" else known


def _organization(invocation: Invocation) -> list[list[Source]] | None:
    levels = organization_levels(invocation.world, invocation.account_id)
    if levels is None or not levels.service_control:
        return None
    return [[Source(one.name, "none", one.text) for one in level] for level in levels.service_control]


def _simulated(
    invocation: Invocation,
    asker: Asker,
    identity: Sequence[Source],
    boundary: Sequence[Source] | None,
    scps: Sequence[Sequence[Source]] | None,
    known: Mapping[str, str],
) -> Result:
    given = invocation.parameters
    entries = {one["ContextKeyName"]: one.get("ContextKeyValues") or [] for one in given.get("ContextEntries") or ()}
    text = given.get("ResourcePolicy")
    simulation = Simulation(
        asker=asker,
        context={**make_context(known), **make_context(entries)},
        identity=identity,
        boundary=boundary,
        resource=None if text is None else [_input("ResourcePolicy", "resource", text)],
        owner=_owner(given.get("ResourceOwner")) or asker.account,
        scps=scps,
    )
    pairs = [
        (_action(name), resource) for name in given["ActionNames"] for resource in given.get("ResourceArns") or ["*"]
    ]
    page = listed(invocation, "EvaluationResults", pairs)
    return {**page, "EvaluationResults": [_result(simulation, *pair) for pair in page["EvaluationResults"]]}


def _owner(arn: str | None) -> str:
    if arn is None:
        return ""
    parts = arn.split(":")
    account = arn if arn.isdecimal() else parts[4] if len(parts) > 5 else ""
    if len(account) != 12:
        raise refusal("InvalidInput", f"Invalid resource owner: {arn}")
    return account


def _action(name: str) -> str:
    prefix, _, action = name.partition(":")
    if action.lower() not in reference.action_names(prefix.lower()):
        raise refusal("InvalidInput", f"Invalid action name: {name}")
    return name


def _result(simulation: Simulation, action: str, resource: str) -> dict[str, Any]:
    parts = resource.split(":", 5)
    account = parts[4] if len(parts) == 6 and parts[4] else simulation.owner
    question = Question(simulation.asker, action, resource, account, simulation.context)
    decision = decide(question, _applicable(simulation, account))
    verdict, matched = _WORDS[decision.verdict], _matched(simulation, decision)
    missing = _missing(simulation, decision)
    specific: dict[str, Any] = {"MatchedStatements": matched, "MissingContextValues": missing}
    if account != simulation.asker.account:
        specific["EvalDecisionDetails"] = _sides(decision)
    bounds: dict[str, Any] = {}
    if simulation.boundary is not None:
        bounds = {"PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": _bounded(decision)}}
    result = {"EvalActionName": action, "EvalResourceName": resource, "EvalDecision": verdict, **specific, **bounds}
    if simulation.scps is not None:
        result["OrganizationsDecisionDetail"] = {"AllowedByOrganizations": _in_organization(simulation, decision)}
    on_resource = {"EvalResourceName": resource, "EvalResourceDecision": verdict, **specific, **bounds}
    return {**result, "ResourceSpecificResults": [on_resource]}


_WORDS = {
    Verdict.ALLOWED: "allowed",
    Verdict.IMPLICITLY_DENIED: "implicitDeny",
    Verdict.EXPLICITLY_DENIED: "explicitDeny",
}


def _applicable(simulation: Simulation, account: str) -> Applicable:
    resource = simulation.resource
    return Applicable(
        identity=_named(simulation.identity, "i"),
        resource=_delegation(account) if resource is None else _named(resource, "r"),
        boundary=None if simulation.boundary is None else _named(simulation.boundary, "b"),
        scps=None if simulation.scps is None else [_named(level, f"s{n}.") for n, level in enumerate(simulation.scps)],
    )


def _delegation(account: str) -> list[NamedPolicy]:
    # Without a resource policy the simulator asks the identity's side alone; KMS keys and roles would open to nobody.
    statement = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": "*", "Resource": "*"}
    return [NamedPolicy("", compile_policy({"Version": "2012-10-17", "Statement": statement}))]


def _named(sources: Iterable[Source], layer: str) -> list[NamedPolicy]:
    return [NamedPolicy(f"{layer}{number}", compile_policy(one.text)) for number, one in enumerate(sources)]


def _source(simulation: Simulation, step: Step) -> Source | None:
    """The policy that a step was read from, if the answer shows its kind."""
    kinds = {
        Layer.IDENTITY: simulation.identity,
        Layer.BOUNDARY: simulation.boundary,
        Layer.RESOURCE: simulation.resource,
    }
    sources = kinds.get(step.layer)
    return sources[int(step.policy[1:])] if sources and step.policy else None


def _matched(simulation: Simulation, decision: Decision) -> list[dict[str, Any]]:
    """The statements that made the verdict: what denies alone, or else all that allow."""
    denied = decision.verdict is Verdict.EXPLICITLY_DENIED
    return [
        {
            "SourcePolicyId": source.id,
            "SourcePolicyType": source.type,
            **policy_text.spans(source.text)[step.reading.statement.index].shown(),
        }
        for step in decision.steps
        if step.reading.applies and step.reading.statement.allows is not denied
        if (denied or step.layer is not Layer.BOUNDARY) and (source := _source(simulation, step)) is not None
    ]


def _missing(simulation: Simulation, decision: Decision) -> list[str]:
    """Keys without a value that statements about the action asked for, as the policies write them."""
    asked: dict[str, None] = {}
    written: dict[str, str] = {}
    for step in decision.steps:
        source = _source(simulation, step)
        if source is None or step.reading.missed in ("principal", "action"):
            continue
        written |= {key.lower(): key for key in policy_text.context_keys(source.text)}
        asked |= dict.fromkeys(_asked(step))
    return [written[key] for key in asked if key in written and key not in simulation.context]


def _asked(step: Step) -> Iterator[str]:
    statement = step.reading.statement
    patterns = [pattern for condition in statement.conditions for pattern in condition.values]
    patterns += statement.resources.patterns if statement.resources is not None else ()
    for pattern in patterns:
        yield from (token.key for token in pattern.tokens if isinstance(token, Variable) and token.default is None)
    if step.reading.missed != "resource":
        yield from (condition.key for condition in statement.conditions)


def _layer_allows(steps: Iterable[Step]) -> str:
    """What one kind of policies alone says."""
    applying = [step.reading.statement.allows for step in steps if step.reading.applies]
    if False in applying:
        return "explicitDeny"
    return "allowed" if applying else "implicitDeny"


def _sides(decision: Decision) -> dict[str, str]:
    """Both sides of a call into another account."""
    resource = [step for step in decision.steps if step.layer is Layer.RESOURCE and step.policy]
    identity = [step for step in decision.steps if step.layer is Layer.IDENTITY]
    return {"IAM Policy": _layer_allows(identity), "Resource Policy": _layer_allows(resource)}


def _bounded(decision: Decision) -> bool:
    return _layer_allows(step for step in decision.steps if step.layer is Layer.BOUNDARY) == "allowed"


def _in_organization(simulation: Simulation, decision: Decision) -> bool:
    levels = range(len(simulation.scps or ()))
    steps = [step for step in decision.steps if step.layer is Layer.SCP]
    return all(_layer_allows(step for step in steps if step.level == level) == "allowed" for level in levels)


def keys_for_custom(invocation: Invocation) -> Result:
    """List the context keys that the policies given ask for.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetContextKeysForCustomPolicy.html
    """
    return _keys(_inputs(invocation.parameters, "PolicyInputList") or [])


def keys_for_principal(invocation: Invocation) -> Result:
    """List the context keys that an identity's policies ask for, and those given beside.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetContextKeysForPrincipalPolicy.html
    """
    source = entity(invocation, invocation.parameters["PolicySourceArn"])
    return _keys([*policies_of(invocation, source), *(_inputs(invocation.parameters, "PolicyInputList") or [])])


def _keys(sources: Iterable[Source]) -> Result:
    found = {key.lower(): key for source in sources for key in policy_text.context_keys(source.text)}
    return {"ContextKeyNames": sorted(found.values())}


HANDLERS: dict[str, Handler] = {
    "GetContextKeysForCustomPolicy": keys_for_custom,
    "GetContextKeysForPrincipalPolicy": keys_for_principal,
    "SimulateCustomPolicy": simulate_custom,
    "SimulatePrincipalPolicy": simulate_principal,
}
