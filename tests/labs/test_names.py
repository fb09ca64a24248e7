"""Names are drawn from a seed, the same in every process."""

from labs.content import draw_names, fill
from labs.content.names import environment_variables, fill_all
from labs.content.shapes import Draw

DRAWS = {"bucket": Draw(pattern="{fruit}-{animal}-{nnn}"), "region": Draw(one_of=("eu-west-3", "eu-north-1"))}


def test_a_seed_gives_the_same_names_for_ever() -> None:
    assert draw_names(DRAWS, "seed") == {"bucket": "olive-wren-481", "region": "eu-north-1"}


def test_seeds_give_different_names() -> None:
    assert len({draw_names(DRAWS, str(seed))["bucket"] for seed in range(200)}) > 190


def test_only_drawn_names_are_filled_in() -> None:
    names = {"bucket": "plum"}
    assert fill("{bucket}: {other} {Name: Tag}", names) == "plum: {other} {Name: Tag}"
    assert fill_all({"Bucket": "{bucket}", "Keys": ["{bucket}/a", 1]}, names) == {
        "Bucket": "plum",
        "Keys": ["plum/a", 1],
    }


def test_scripts_get_names_as_environment_variables() -> None:
    assert environment_variables({"bucket": "plum", "role_name": "fig"}) == {
        "BUCKET": "plum",
        "ROLE_NAME": "fig",
    }
