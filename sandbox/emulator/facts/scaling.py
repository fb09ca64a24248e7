"""Load balancers and Auto Scaling."""

from collections.abc import Callable, Iterable
from typing import Any

from sandbox.authorization.state import Resource
from sandbox.emulator.facts.kinds import (
    Kind,
    Link,
    Locate,
    Place,
    Thing,
    among,
    attribute,
    described,
    plain_tags,
    refers,
    tagged_by,
)

ARN = attribute("arn")

# Elastic Load Balancing

LETTERS = {"app": "application", "net": "network", "gwy": "gateway"}


def _of_type(word: str, things: Callable[[Any], Iterable[tuple[Thing, Thing]]], *names: str) -> Locate:
    """Balancers of one type, or what belongs to them: pairs of balancer and thing."""

    def locate(place: Place, identifier: str) -> Thing | None:
        backend = place.backend("elbv2")
        pairs = things(backend) if backend is not None else ()
        return next(
            (
                thing
                for balancer, thing in pairs
                if balancer.type == LETTERS[word] and identifier in [getattr(thing, name) for name in names]
            ),
            None,
        )

    return locate


def _balancers(elb: Any) -> Iterable[tuple[Thing, Thing]]:
    return [(balancer, balancer) for balancer in elb.load_balancers.values()]


def _listeners(elb: Any) -> Iterable[tuple[Thing, Thing]]:
    return [(one, listener) for one in elb.load_balancers.values() for listener in one.listeners.values()]


def _rules(elb: Any) -> Iterable[tuple[Thing, Thing]]:
    return [(one, rule) for one, listener in _listeners(elb) for rule in listener.rules.values()]


BALANCER = described(ARN, tagged_by("elbv2", "tagging_service"))


def _balancer_links(word: str) -> dict[str, Link]:
    return {
        "ec2:security-group": refers("security_groups"),
        "ec2:subnet": lambda place, balancer: [subnet.id for subnet in balancer.subnets],
        f"elasticloadbalancing:listener/{word}": lambda place, balancer: list(balancer.listeners),
    }


BALANCERS: dict[str, Kind] = {
    "elasticloadbalancing:targetgroup": Kind(
        among("elbv2", lambda elb: elb.target_groups.values(), "arn", "name"), BALANCER
    ),
}
for _word in LETTERS:
    BALANCERS[f"elasticloadbalancing:loadbalancer/{_word}/"] = Kind(
        _of_type(_word, _balancers, "arn", "name"), BALANCER, _balancer_links(_word)
    )
    BALANCERS[f"elasticloadbalancing:listener/{_word}"] = Kind(
        _of_type(_word, _listeners, "arn"),
        BALANCER,
        {f"elasticloadbalancing:loadbalancer/{_word}/": refers("load_balancer_arn")},
    )
for _word in ("app", "net"):
    BALANCERS[f"elasticloadbalancing:listener-rule/{_word}"] = Kind(
        _of_type(_word, _rules, "arn"), BALANCER, {f"elasticloadbalancing:listener/{_word}": refers("listener_arn")}
    )


# Auto Scaling


def _describe_group(place: Place, group: Thing) -> Resource:
    return Resource(group.arn, place.account_id, plain_tags(group.tags))


SCALING: dict[str, Kind] = {
    "autoscaling:autoScalingGroup": Kind(
        among("autoscaling", lambda scaling: scaling.autoscaling_groups.values(), "name", "arn"),
        _describe_group,
        {
            "autoscaling:launchConfiguration": refers("launch_config_name"),
            "ec2:instance": lambda place, group: [state.instance.id for state in group.instance_states],
        },
    ),
    "autoscaling:launchConfiguration": Kind(
        among("autoscaling", lambda scaling: scaling.launch_configurations.values(), "name", "arn"),
        described(ARN),
        {"ec2:image": refers("image_id"), "iam:instance-profile": refers("iam_instance_profile")},
    ),
}

KINDS = BALANCERS | SCALING
