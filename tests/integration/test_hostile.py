"""A learner with valid keys attacks another account and the server: refused, nothing changed, and the site goes on."""

import contextlib
import http.client
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration import attacks
from tests.integration.attacks import Attack, Ground, Party
from tests.site import RunningSite, start_site

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    with start_site(tmp_path_factory.mktemp("hostile")) as running:
        yield running


@pytest.fixture(scope="module")
def parties(site: RunningSite) -> dict[str, Party]:
    """The attacker, another account of the same environment, and an account of another environment."""
    accounts = [*site.make_accounts(2, same_environment=True), *site.make_accounts(1)]
    found = {}
    for name, account in zip(("attacker", "neighbour", "stranger"), accounts, strict=True):
        keys = account["access_key_id"], account["secret_access_key"]
        found[name] = Party(account["account_id"], *keys, account["endpoint_url"])
        attacks.prepare(found[name], name)
    return found


@pytest.fixture(scope="module")
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "nothing"
    made.mkdir()
    return made


def attack(attack: Attack, parties: dict[str, Party], victim: str, listening: socket.socket, folder: Path) -> str:
    """Run an attack; fail when it changed, called or wrote something, or when the site does not answer after it."""
    ground = Ground(parties["attacker"], parties[victim], listening.getsockname()[1], folder)
    before = attacks.state(ground.victim)
    result = attack(ground)
    assert attacks.state(ground.victim) == before
    assert list(folder.iterdir()) == []
    with pytest.raises(BlockingIOError):
        listening.accept()
    identity = ground.attacker.client("sts").get_caller_identity()
    assert identity["Account"] == ground.attacker.account_id
    return result


ACROSS = [
    (attacks.read_object, "AccessDenied", "NoSuchBucket"),
    (attacks.list_objects, "AccessDenied", "NoSuchBucket"),
    (attacks.write_object, "AccessDenied", "NoSuchBucket"),
    (attacks.delete_object, "AccessDenied", "NoSuchBucket"),
    (attacks.assume_role, "AccessDenied", "AccessDenied"),
    (attacks.assume_no_role, "AccessDenied", "AccessDenied"),
    (attacks.publish, "AuthorizationError", "AuthorizationError"),
    (attacks.subscribe, "AuthorizationError", "AuthorizationError"),
    (attacks.rename_topic, "AuthorizationError", "AuthorizationError"),
    (attacks.send_message, "AccessDenied", "AccessDenied"),
    (attacks.read_secret, "AccessDeniedException", "AccessDeniedException"),
    (attacks.overhear_events, "nothing heard", "nothing heard"),
    # Inside an environment a peering may be asked for; its owner then accepts or not.
    (attacks.peer_network, None, "UnauthorizedOperation"),
    (attacks.last_use_of_key, "AccessDenied", "AccessDenied"),
    (attacks.list_users_of_pool, "ResourceNotFoundException", "ResourceNotFoundException"),
    (attacks.delete_user_of_pool, "ResourceNotFoundException", "ResourceNotFoundException"),
    (attacks.public_access_of_account, "403", "403"),
    (attacks.databases_of_account, "NotImplemented", "NotImplemented"),
    (attacks.act_as_account, "ignored", "ignored"),
]
ON_SERVER = [
    (attacks.run_code_in_template, "ValidationError"),
    (attacks.call_by_topic, attacks.ACCEPTED),
    (attacks.call_by_firehose, "NotImplemented"),
    (attacks.call_by_method, "NotImplemented"),
    (attacks.call_by_document, "BadRequestException"),
    (attacks.call_by_template, "ValidationError"),
    (attacks.read_file_as_template, "ValidationError"),
    (attacks.run_custom_resource, "ValidationError"),
    (attacks.run_job, "NotImplemented"),
    (attacks.run_function, attacks.ACCEPTED),
    (attacks.zip_bomb, attacks.ACCEPTED),
    (attacks.gzip_bomb, "400"),
    (attacks.large_body, "RequestEntityTooLarge"),
    (attacks.larger_body_than_any, "EntityTooLarge"),
    (attacks.entities, "400"),
    (attacks.aliases_in_template, "ValidationError"),
    (attacks.endless_bucket_policy, "NoSuchKey"),
    (attacks.endless_rule_prefix, "text"),
    (attacks.endless_queue_prefix, "text"),
    (attacks.endless_registry_filter, "text"),
    (attacks.endless_wildcard, "no match"),
    (attacks.many_instances, "InstanceLimitExceeded"),
    (attacks.many_spot_requests, "InstanceLimitExceeded"),
    (attacks.many_by_fleet, "InstanceLimitExceeded"),
    (attacks.many_by_group, "LimitExceeded"),
    (attacks.many_tasks, "InvalidParameterException"),
    (attacks.many_shards, "LimitExceededException"),
    (attacks.many_hosts, "HostLimitExceeded"),
    (attacks.many_keys, "ThrottlingException"),
    (attacks.many_data_points, "ValidationError"),
    (attacks.query_object, "NotImplemented"),
    (attacks.query_table, "NotImplemented"),
    (attacks.nested_document, "400"),
]


def test_every_attack_is_tried() -> None:
    assert {row[0] for row in ACROSS} == set(attacks.ACROSS)
    assert {row[0] for row in ON_SERVER} == set(attacks.ON_SERVER)


@pytest.mark.parametrize(("run", "to_neighbour", "to_stranger"), ACROSS, ids=lambda one: getattr(one, "__name__", ""))
def test_another_account_is_out_of_reach(
    parties: dict[str, Party],
    listening: socket.socket,
    folder: Path,
    run: Attack,
    to_neighbour: str | None,
    to_stranger: str,
) -> None:
    if to_neighbour is not None:
        assert attack(run, parties, "neighbour", listening, folder) == to_neighbour
    assert attack(run, parties, "stranger", listening, folder) == to_stranger


@pytest.mark.parametrize(("run", "expected"), ON_SERVER, ids=lambda one: getattr(one, "__name__", ""))
def test_the_server_does_nothing_for_an_attacker(
    parties: dict[str, Party], listening: socket.socket, folder: Path, run: Attack, expected: str
) -> None:
    assert attack(run, parties, "stranger", listening, folder) == expected


def test_a_call_that_spins_is_given_up_and_nothing_is_lost(
    parties: dict[str, Party], listening: socket.socket, folder: Path
) -> None:
    queues = parties["attacker"].client("sqs")
    kept = queues.create_queue(QueueName="kept")["QueueUrl"]
    assert attack(attacks.open_braces, parties, "neighbour", listening, folder) == "SandboxTimeout"
    assert kept in queues.list_queues()["QueueUrls"]


@pytest.mark.parametrize(
    "path",
    [
        "/moto-api/reset",
        "/aws/moto-api/reset",
        "/moto-api/config",
        "/moto-api/seed?a=1",
        "/cloudformation_eu-central-1/cfnresponse",
        "/latest/meta-data/",
    ],
)
def test_motos_own_addresses_change_nothing(site: RunningSite, parties: dict[str, Party], path: str) -> None:
    before = attacks.state(parties["stranger"])
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    with contextlib.closing(connection):
        connection.request("POST", path, b"{}")
        assert connection.getresponse().status in (400, 403, 404, 405)
    assert attacks.state(parties["stranger"]) == before
