"""Markdown into HTML: raw HTML is off; `:::{kind} argument` blocks are try-its, figures and task links."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.anchors import anchors_plugin
from mdit_py_plugins.colon_fence import colon_fence_plugin

DIRECTIVE = re.compile(r"\{(?P<kind>[a-z]+)\}\s*(?P<argument>.*)")


@dataclass(frozen=True, slots=True)
class Prose:
    """A piece of finished HTML."""

    html: str


@dataclass(frozen=True, slots=True)
class TaskLink:
    """The place in the prose where a task belongs."""

    task: str


Block = Prose | TaskLink


@dataclass(frozen=True, slots=True)
class Mishap:
    """Something wrong with a block; the line counts from the text's first, which is 0."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A body and what is wrong with it."""

    blocks: tuple[Block, ...]
    mishaps: tuple[Mishap, ...]


def render(text: str, *, figure: Callable[[str], str]) -> Rendered:
    """Render a lesson's body; `figure` returns a file's SVG or raises ValueError."""
    blocks: list[Block] = []
    mishaps: list[Mishap] = []
    run: list[Token] = []

    def flush() -> None:
        if run:
            blocks.append(Prose(_markdown.renderer.render(run, _markdown.options, {})))
            run.clear()

    for token in _markdown.parse(text):
        if token.type == "colon_fence":
            flush()
            try:
                blocks.append(_directive(token, figure))
            except ValueError as error:
                mishaps.append(Mishap(token.map[0] if token.map else 0, str(error)))
        else:
            run.append(token)
    flush()
    return Rendered(tuple(blocks), tuple(mishaps))


def render_fragment(text: str) -> str:
    """Render a short text such as a hint."""
    return str(_markdown.render(text))


def _directive(token: Token, figure: Callable[[str], str]) -> Block:
    found = DIRECTIVE.fullmatch(token.info.strip())
    if found is None:
        raise ValueError(f"write :::{{kind}} argument, not :::{token.info}")
    kind, argument, body = found["kind"], found["argument"].strip(), token.content.strip("\n")
    match kind:
        case "try":
            return Prose(try_it(body, argument))
        case "figure":
            return Prose(_figure(figure(argument), body))
        case "task":
            return TaskLink(argument)
    raise ValueError(f"{kind} is not a kind of block: try, figure, task")


def try_it(command: str, title: str = "") -> str:
    """A command that can be typed into the terminal by a click, or copied."""
    if not command.strip():
        raise ValueError("a try-it without a command")
    name = escape(title or "Try it")
    return (
        f'<div class="try" data-try><div class="try-head"><span class="try-title">{name}</span>'
        '<button type="button" class="quiet" data-copy hidden>Copy</button>'
        '<button type="button" class="quiet" data-run hidden>Run</button></div>'
        f'<pre tabindex="0"><code data-command>{escape(command)}</code></pre></div>\n'
    )


def _figure(svg: str, caption: str) -> str:
    legend = f"<figcaption>{_markdown.renderInline(caption)}</figcaption>" if caption else ""
    return f'<figure class="diagram" tabindex="0">{svg}{legend}</figure>\n'


class _Renderer(RendererHTML):
    """Wide tables and code scroll by themselves and can be reached by keyboard."""

    def table_open(self, tokens: list[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        return '<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>\n'

    def table_close(self, tokens: list[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        return "</table></div>\n"

    def fence(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        return f'<pre tabindex="0"><code>{escape(tokens[index].content)}</code></pre>\n'


def _make_markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "typographer": False}, renderer_cls=_Renderer).enable("table")
    markdown.use(colon_fence_plugin)
    markdown.use(anchors_plugin, min_level=2, max_level=3)
    return markdown


_markdown = _make_markdown()
