"""What is stored comes back alike, in another process too, and nothing else can be smuggled in."""

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import zstandard

from sandbox.emulator import snapshots
from tests.sandbox.emulator.conftest import ACCOUNT, SEAL_KEY, Lab, make_world
from tests.sandbox.scenario import Read, populate

TOLD_APART = {"ResponseMetadata", "RequestId"}


def read_all(lab: Lab, reads: list[Read]) -> list[dict[str, Any]]:
    """Answers of the reading calls, bodies read, without what differs by request."""
    answers = []
    for service, method, parameters in reads:
        answer = getattr(lab.client(service), method)(**parameters)
        answers.append(
            {
                name: value.read() if hasattr(value, "read") else value
                for name, value in answer.items()
                if name not in TOLD_APART
            }
        )
    return answers


def test_every_service_answers_alike_after_a_restart(tmp_path: Path) -> None:
    lab = Lab()
    reads = populate(lab.client, ACCOUNT)
    assert len(reads) >= 60
    before = read_all(lab, reads)
    stored = lab.reloaded().world
    (tmp_path / "stored").write_bytes(pickle.dumps((stored.rows, dict(stored.bodies), reads)))  # type: ignore[call-overload]
    subprocess.run([sys.executable, "-m", __name__, str(tmp_path)], check=True, cwd=Path(__file__).parents[3])
    after = pickle.loads((tmp_path / "answers").read_bytes())
    for read, one, two in zip(reads, before, after, strict=True):
        assert (read, one) == (read, two)


# Reading an object counts in moto's own state machine of it; nothing that AWS shows depends on that.
COUNTED = {("s3", "get_object"), ("s3", "get_object_tagging")}


def test_calls_that_read_change_nothing_that_would_be_stored() -> None:
    lab = Lab()
    reads = populate(lab.client, ACCOUNT)
    lab = lab.reloaded()
    changing: set[tuple[str, str]] = set()
    for _ in range(2):
        # The first round also stores backends that reading has made, and pickles that loading has made different.
        changing = set()
        for service, method, parameters in reads:
            getattr(lab.client(service), method)(**parameters)
            if changes := lab.world.changes():
                lab.world.rows.update(changes)
                changing.add((service, method))
    assert changing <= COUNTED


def test_the_scenario_covers_every_service_that_is_emulated() -> None:
    lab = Lab()
    covered = {service for service, _, _ in populate(lab.client, ACCOUNT)}
    from sandbox.emulator import SERVICES

    assert set(SERVICES) - covered == {"sts"}


def test_a_blob_with_another_seal_is_never_unpickled() -> None:
    lab = Lab()
    lab.client("sqs").create_queue(QueueName="q")
    (blob,) = lab.world.changes().values()
    for broken in (blob[:-1] + bytes([blob[-1] ^ 1]), b"\0" * 16 + blob[16:], b""):
        with pytest.raises(snapshots.BrokenSeal):
            snapshots.load(broken, lab.world, SEAL_KEY)


class Evil:
    def __init__(self, function: Any, *arguments: Any) -> None:
        self.reduced = function, arguments

    def __reduce__(self) -> Any:
        return self.reduced


@pytest.mark.parametrize(
    "evil",
    [
        Evil(__import__("os").system, "true"),
        Evil(eval, "1"),
        Evil(getattr, "text", "format"),
        Evil(__import__, "os"),
        Evil(subprocess.Popen, ["true"]),
    ],
)
def test_a_sealed_blob_names_no_other_classes(evil: Evil) -> None:
    packed = zstandard.compress(pickle.dumps({"x": evil}, protocol=5))
    blob = snapshots._seal(packed, SEAL_KEY) + packed
    with pytest.raises(pickle.UnpicklingError):
        snapshots.load(blob, make_world(), SEAL_KEY)


def test_a_name_inside_a_moto_module_that_is_not_its_own_is_refused() -> None:
    smuggled = b"\x80\x05cmoto.core.utils\ndatetime.sys.modules\n."
    packed = zstandard.compress(smuggled)
    with pytest.raises((pickle.UnpicklingError, AttributeError)):
        snapshots.load(snapshots._seal(packed, SEAL_KEY) + packed, make_world(), SEAL_KEY)


def test_defaults_of_nested_dictionaries_survive() -> None:
    lab = Lab()
    ssm = lab.client("ssm")
    ssm.put_parameter(Name="/app", Value="1", Type="String", Tags=[{"Key": "a", "Value": "b"}])
    again = lab.reloaded().client("ssm")
    again.put_parameter(Name="/new", Value="1", Type="String", Tags=[{"Key": "c", "Value": "d"}])
    tags = again.list_tags_for_resource(ResourceType="Parameter", ResourceId="/new")["TagList"]
    assert tags == [{"Key": "c", "Value": "d"}]


def _answer_in_a_new_process(folder: Path) -> None:
    rows, bodies, reads = pickle.loads((folder / "stored").read_bytes())
    world = make_world(rows=rows)
    world.bodies.update(bodies)  # type: ignore[attr-defined]
    (folder / "answers").write_bytes(pickle.dumps(read_all(Lab(world), reads)))


if __name__ == "__main__":
    _answer_in_a_new_process(Path(sys.argv[1]))
