"""State of services of our own lies in the world beside moto's, and is stored when it differs."""

from sandbox.emulator import Key
from tests.sandbox.emulator.conftest import make_world

ACCOUNT = "111122223333"
KEY = Key(ACCOUNT, "native:accessanalyzer", "eu-west-1")


def test_changed_state_is_stored_and_found_again() -> None:
    world = make_world()
    with world.entered():
        world.native("accessanalyzer", ACCOUNT, "eu-west-1")["analyzers"] = ["é"]
        rows = world.changes()
    assert set(rows) == {KEY}
    other = make_world(rows=rows)
    with other.entered():
        assert other.native("accessanalyzer", ACCOUNT, "eu-west-1") == {"analyzers": ["é"]}
        assert other.changes() == {}


def test_looking_at_empty_state_stores_nothing() -> None:
    world = make_world()
    with world.entered():
        assert world.native("accessanalyzer", ACCOUNT) == {}
        assert world.changes() == {}


def test_state_emptied_again_is_stored_as_empty() -> None:
    world = make_world()
    with world.entered():
        world.native("weather")["faults"] = [1]
        world.refresh(1, world.changes())
    with world.entered():
        del world.native("weather")["faults"]
        rows = world.changes()
    assert list(rows) == [Key("", "native:weather", "")]
    assert make_world(rows=rows).native("weather") == {}


def test_what_another_process_stored_replaces_what_was_read() -> None:
    writer, reader = make_world(), make_world()
    assert reader.native("weather") == {}
    with writer.entered():
        writer.native("weather")["faults"] = [1]
        rows = writer.changes()
    reader.refresh(1, rows)
    assert reader.native("weather") == {"faults": [1]}
