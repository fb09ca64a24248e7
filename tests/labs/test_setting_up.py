"""A lesson's setup script makes what the learner finds; when it breaks, nothing is left."""

from dataclasses import replace
from pathlib import Path

import pytest

from labs.queries import learners_events
from labs.setting_up import SetupFailed, set_up
from sandbox import conditions
from sandbox.models import Environment, Event
from sandbox.observation import observe
from sandbox.weather import Fault, Kind
from tests.builders import first_lesson

pytestmark = pytest.mark.django_db

MAKES_A_BUCKET = """
def setup(lab):
    s3 = lab.client("s3", region="us-east-1")
    s3.create_bucket(Bucket=lab.names["bucket"])
    s3.put_object(Bucket=lab.names["bucket"], Key="given.txt", Body=b"found here")
"""


def test_the_learner_finds_what_the_script_made(tmp_path: Path) -> None:
    script = tmp_path / "setup.py"
    script.write_text(MAKES_A_BUCKET)
    environment = set_up(replace(first_lesson(), setup=script), {"bucket": "given-otter"})
    with observe(environment.pk) as observed:
        answer = observed.call("s3", "get_object", {"Bucket": "given-otter", "Key": "given.txt"})
    assert answer.output is not None
    assert answer.output["Body"] == b"found here"


def test_the_scripts_calls_are_not_the_learners(tmp_path: Path) -> None:
    script = tmp_path / "setup.py"
    script.write_text(MAKES_A_BUCKET)
    environment = set_up(replace(first_lesson(), setup=script), {"bucket": "given-otter"})
    assert Event.objects.filter(environment=environment).count() == 2
    assert not learners_events(environment.pk).exists()


def test_a_script_makes_the_weather(tmp_path: Path) -> None:
    script = tmp_path / "setup.py"
    script.write_text('def setup(lab):\n    lab.fault("throttle", "sqs", times=3)\n    lab.outage("euc1-az1")\n')
    environment = set_up(replace(first_lesson(), setup=script), {})
    found = conditions.conditions_of(environment.pk)
    assert found.faults == (Fault(Kind.THROTTLE, "sqs", times=3),)
    assert found.zones_out == {"euc1-az1"}


def test_a_script_that_breaks_leaves_nothing(tmp_path: Path) -> None:
    script = tmp_path / "setup.py"
    script.write_text('def setup(lab):\n    lab.client("s3").get_object(Bucket="none", Key="k")\n')
    with pytest.raises(SetupFailed, match="NoSuchBucket"):
        set_up(replace(first_lesson(), setup=script), {})
    assert not Environment.objects.exists()
