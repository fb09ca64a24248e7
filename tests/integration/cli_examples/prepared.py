"""What a documented command needs before it can run: resources, files, and its placeholders replaced."""

import base64
import json
import re
import shlex
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

import jmespath
import yaml

from . import driver, material
from .driver import Place
from .pages import Example

_PREPARATION = Path(__file__).parent / "preparation.yaml"
_ACCOUNT = re.compile(r"(?<!\w)\d{11,13}(?![\w-])|(?<![\w-])\d{5}EXAMPLE(?![\w-])")
_REGION = re.compile(r"(?:arn:aws:\w+:|https://\w+\.)(us|eu|ap)-(\w+)-(\d)[:.]")
_ZONE = re.compile(r"\b(?:us|eu|ap)-\w+-\d(?=[a-f]\b)")
_NAMED = re.compile(r"([\w-]+) = ")
_LATER = "--cli-binary-format"
_SLOT = re.compile(r"\{([\w-]+)\}")


class Unprepared(RuntimeError):
    """A step of the preparation failed."""


@cache
def _preparation() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(_PREPARATION.read_text(encoding="utf-8"))
    return read


@dataclass
class Setting:
    """One account on its way to being ready for one example; `made` holds what exists, by kind and by old name."""

    example: Example
    place: Place
    folder: Path
    region: str
    made: dict[str, str] = field(default_factory=dict)
    counted: int = 0

    @property
    def own(self) -> Mapping[str, Any]:
        """What the preparation says of this very command."""
        found: Mapping[str, Any] = _preparation()["commands"].get(self.example.name) or {}
        return found

    def step(self, line: str, more: Mapping[str, str]) -> str:
        """Run `service operation … [=> what to take of the answer]`; return what was taken."""
        command, _, query = line.partition(" => ")
        words = [self.filled(word, more) for word in shlex.split(command)]
        if words[0] in _VERBS:
            return _VERBS[words[0]](self.folder, *words[1:])
        ended = driver.run([*words, "--output", "json"], self.place, region=self.region, folder=self.folder)
        if ended.status:
            raise Unprepared(f"{shlex.join(words)}: {ended.told}")
        return str(jmespath.search(self.filled(query, more), json.loads(ended.output))) if query else ""

    def filled(self, text: str, more: Mapping[str, str]) -> str:
        """Fill the slots of a text: what `more` names, else one thing of the kind that is named."""
        return _SLOT.sub(lambda slot: self._slot(slot[1], more), text)

    def _slot(self, name: str, more: Mapping[str, str]) -> str:
        if name in more:
            return more[name]
        fixed = {"account": self.place.account_id, "region": self.region}
        if name in fixed:
            return fixed[name]
        if name in material.OF_ACCOUNT:
            return material.OF_ACCOUNT[name](self.place.account_id)
        return material.text(name) if name in material.TEXTS else self.thing(name)

    def thing(self, kind: str, old: str = "") -> str:
        """One thing of a kind, made when it is first asked for; `old` tells several of a kind apart."""
        first = next((key for key in self.made if key.split(" ")[0] == kind), None)
        key = f"{kind} {old}" if old else first or f"{kind} "
        if key not in self.made and f"{kind} " in self.made:
            self.made[key] = self.made.pop(f"{kind} ")
        if key not in self.made:
            self.made[key] = self.steps(self._recipe(kind), {"old": old or f"the-{kind}"})["taken"]
        return self.made[key]

    def _recipe(self, kind: str) -> Any:
        own: Any = self.own.get("kinds", {}).get(kind)
        return own or _preparation()["kinds"][kind]

    def steps(self, recipe: Any, more: Mapping[str, str]) -> dict[str, str]:
        """Run the steps of a recipe; return what they named, and as `taken` what the last one took."""
        self.counted += 1
        named = {"n": str(self.counted), "taken": "", **more}
        for line in [recipe] if isinstance(recipe, str) else recipe:
            found = _NAMED.match(line)
            taken = self.step(line[found.end() :] if found else line, named)
            named["taken"] = taken or named["taken"]
            if found:
                named[found[1]] = taken
        return named


def _write_text(folder: Path, name: str, *words: str) -> str:
    (folder / name).write_text(" ".join(words), encoding="utf-8")
    return ""


def _write_bytes(folder: Path, name: str, encoded: str) -> str:
    (folder / name).write_bytes(base64.b64decode(encoded))
    return ""


def _code(folder: Path, steps: str) -> str:
    return material.one_time_code((folder / "mfa.seed").read_text(), int(time.time()) // 30 + int(steps))


# Steps that are no commands of the CLI.
_VERBS: dict[str, Callable[..., str]] = {
    "text": lambda folder, *words: " ".join(words),
    "cut": lambda folder, text, end: text.removesuffix(end),
    "write": _write_text,
    "write-bytes": _write_bytes,
    "code": _code,
}


def words_for(example: Example, place: Place, folder: Path) -> tuple[list[str], str]:
    """Make an account ready for an example; return the words to run and the region. Raises Unprepared."""
    setting = Setting(example, place, folder, _region_of(example))
    material.write(folder, example.documents)
    words = [*example.words[:2], *(_given(setting, word) for word in _without_later(example.words[2:]))]
    words = _with_options(setting, words)
    values = _options(words)
    values = setting.steps(setting.own.get("before", []), values)
    words = _replaced(setting, words, values)
    own = {name: setting.filled(text, values) for name, text in setting.own.get("files", {}).items()}
    words = material.complete(folder, words, own)
    _rewrite_documents(setting)
    return words, setting.region


def _region_of(example: Example) -> str:
    named = _REGION.search(" ".join(example.words))
    zone = _ZONE.search(" ".join(example.words))
    return "-".join(named.groups()) if named else zone[0] if zone else "us-east-1"


def _without_later(words: Sequence[str]) -> list[str]:
    """Leave out the option that only version 2 of the CLI knows."""
    at = words.index(_LATER) if _LATER in words else len(words)
    return [*words[:at], *words[at + 2 :]]


def _given(setting: Setting, text: str) -> str:
    """Replace what stands for ids in a text by what exists in this account."""
    for pattern, kind in _patterns():
        if kind in setting.own.get("leave", ()):
            continue
        text = pattern.sub(partial(_thing, setting, kind), text)
    return _ACCOUNT.sub(setting.place.account_id, text)


def _thing(setting: Setting, kind: str, found: re.Match[str]) -> str:
    old = found.groupdict().get("name") or found[0]
    return setting.thing(kind, old)


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    read = _preparation()
    prefixed = {rf"(?<![\w-]){kind}-(?=[a-zA-Z]*[0-9])[0-9a-zA-Z]{{6,}}": kind for kind in read["prefixes"]}
    return [(re.compile(pattern), kind) for pattern, kind in (prefixed | read["ids"]).items()]


def _with_options(setting: Setting, words: list[str]) -> list[str]:
    """Make what the service's options name, unless it is this command that makes it."""
    recipes = _preparation()["options"].get(setting.example.service, {}) | setting.own.get("options", {})
    changed = list(words)
    values = _options(words)
    for option, recipe in recipes.items():
        at = words.index(option) if option in words else None
        if at is None or option in setting.own.get("leave", ()) or _makes(recipe, setting.example):
            continue
        for more in _values_after(words, at):
            key = f"{option} {words[more]}"
            if key not in setting.made:
                setting.made[key] = setting.steps(recipe, {**values, "value": words[more]})["taken"]
            changed[more] = setting.made[key] or words[more]
    return changed


def _makes(recipe: Any, example: Example) -> bool:
    lines = [recipe] if isinstance(recipe, str) else recipe
    return any(line.split()[:2] == [example.service, example.operation] for line in lines)


def _values_after(words: list[str], at: int) -> list[int]:
    found = []
    for more in range(at + 1, len(words)):
        if words[more].startswith("--"):
            break
        found.append(more)
    return found


def _options(words: list[str]) -> dict[str, str]:
    return {word: words[at + 1] for at, word in enumerate(words[:-1]) if word.startswith("--")} | {
        word.removeprefix("--"): words[at + 1] for at, word in enumerate(words[:-1]) if word.startswith("--")
    }


def _replaced(setting: Setting, words: list[str], values: Mapping[str, str]) -> list[str]:
    changed = list(words)
    for option, recipe in setting.own.get("set", {}).items():
        at = changed.index(option)
        changed[at + 1] = setting.steps(recipe, values)["taken"]
    return changed


def _rewrite_documents(setting: Setting) -> None:
    for path in sorted(setting.folder.iterdir()):
        if path.is_file() and path.suffix not in (".zip", ".pem"):
            before = path.read_bytes()
            try:
                text = before.decode()
            except UnicodeDecodeError:
                continue
            path.write_text(_given(setting, text), encoding="utf-8")
