"""The import contracts speak of every module there is."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_only_the_emulator_may_import_moto_whatever_is_added_to_the_sandbox() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (sources,) = [one["source_modules"] for one in contracts if one.get("forbidden_modules") == ["moto"]]
    modules = {f"sandbox.{path.stem}" for path in (ROOT / "sandbox").glob("*.py")}
    modules |= {f"sandbox.{path.parent.name}" for path in (ROOT / "sandbox").glob("*/__init__.py")}
    outside = {"sandbox.__init__", "sandbox.emulator", "sandbox.migrations"}
    assert modules - outside <= set(sources)
