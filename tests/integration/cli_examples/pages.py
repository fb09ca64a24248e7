"""Read commands, and the files that they name, out of the CLI's own pages of examples (reStructuredText)."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

_NAMED = re.compile(r"[\w./-]+\.(?:json|txt|xml|ya?ml|template|pem|zip|md)")
_QUOTED = re.compile(r"``([^`]+)``|\*([^*\s]+)\*")
# Nothing is run inside a command; what is done with its output afterwards is left out.
_SHELL = re.compile(r"\$\(|`[a-z]|&&")
_AFTERWARDS = {"|", ">", "|base64"}


@dataclass(frozen=True, slots=True)
class Example:
    """The first command of a page; `documents` are the texts that the page gives for the files it names."""

    service: str
    operation: str
    words: tuple[str, ...]
    documents: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """How the lists of this folder call it."""
        return f"{self.service} {self.operation}"


def read_page(path: Path) -> Example | None:
    """Read the first command of a page; None when the page has none that runs without a shell."""
    service, operation = path.parent.name, path.stem
    blocks = _literal_blocks(path.read_text(encoding="utf-8").expandtabs(4).splitlines())
    words = next((found for _, block in blocks if (found := _command(block, service, operation))), None)
    if words is None:
        return None
    return Example(service, operation, tuple(words), tuple(_documents(blocks)))


def _literal_blocks(lines: list[str]) -> list[tuple[str, list[str]]]:
    """Split a page into its literal blocks, each with the paragraph before it."""
    blocks: list[tuple[str, list[str]]] = []
    paragraph: list[str] = []
    block: list[str] = []
    for line in [*lines, "end"]:
        if line.startswith((" ", "\t")) or (block and not line.strip()):
            block.append(line)
            continue
        if block:
            blocks.append((" ".join(paragraph), _without_indent(block)))
            paragraph, block = [], []
        if line.strip():
            paragraph.append(line.strip())
        else:
            paragraph = paragraph if paragraph and paragraph[-1].endswith("::") else []
    return [(before, inside) for before, inside in blocks if inside]


def _without_indent(block: list[str]) -> list[str]:
    while block and not block[-1].strip():
        block.pop()
    while block and not block[0].strip():
        block.pop(0)
    indent = min((len(line) - len(line.lstrip()) for line in block if line.strip()), default=0)
    return [line[indent:] for line in block]


def _command(block: list[str], service: str, operation: str) -> list[str] | None:
    start = next((at for at, line in enumerate(block) if re.match(r"(\$ )?aws ", line)), None)
    if start is None:
        return None
    text = block[start].removeprefix("$ ")
    for line in block[start + 1 :]:
        if not (text.rstrip().endswith("\\") or line.lstrip().startswith("--") or _is_open(text)):
            break
        text = f"{text.rstrip()[:-1]} {line.strip()}" if text.rstrip().endswith("\\") else f"{text}\n{line}"
    if _SHELL.search(text) or _is_open(text):
        return None
    words = [word for word in shlex.split(text) if word != "\n"]
    words = words[: next((at for at, word in enumerate(words) if word in _AFTERWARDS), None)]
    return words[1:] if words[1:3] == [service, operation] else None


def _is_open(text: str) -> bool:
    try:
        shlex.split(text)
    except ValueError:
        return True
    return False


def _documents(blocks: list[tuple[str, list[str]]]) -> list[tuple[str, str]]:
    found = []
    for before, block in blocks:
        names = [first or second for first, second in _QUOTED.findall(before)]
        names += _NAMED.findall(before)
        named = [name.removeprefix("file://") for name in names if _NAMED.fullmatch(name.removeprefix("file://"))]
        if named and not block[0].lstrip("$ ").startswith("aws ") and not before.lower().startswith("output"):
            found.append((Path(named[-1]).name, "\n".join(block)))
    return found
