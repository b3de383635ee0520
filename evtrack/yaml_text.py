"""Which values does a YAML text hold, and on which lines? Plain ones alone: nothing that grows, runs or refers when it is read.

Tags, anchors and aliases are refused: nobody's file needs them, and they make a page out of a line (ten aliases to ten
aliases …), a loop out of a list, and whatever a tag stands for out of a text. Days stay the texts that somebody typed.
"""

from __future__ import annotations

from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.constructor import ConstructorError, DuplicateKeyError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, ScalarEvent
from ruamel.yaml.nodes import MappingNode

DEEPEST = 40
"""Levels of lists and keys within each other; the deepest file there is needs six."""

_MOST = 2**63
"""Numbers from here on fit no database, and from 4,300 digits on Python writes none."""


class YamlFault(Exception):  # noqa: N818 (a fault of the text, told to the person who wrote it)
    """Why a text cannot be read: the 1-based ``line``, and ``code`` with ``why``.

    ``code``: ``not_yaml`` (``why`` is the parser's sentence), ``key_twice`` (the key), ``yaml_sign`` (what stands there),
    ``nested_too_deep``.
    """

    def __init__(self, code: str, line: int, why: str = "") -> None:
        super().__init__(f"line {line}: {code} {why}".rstrip())
        self.code = code
        self.line = line
        self.why = why


def read_yaml(text: str) -> Any:
    """The document with the lines of its keys (``.lc`` of its mappings and lists). Raises :class:`YamlFault`."""
    yaml = YAML(typ="rt")
    yaml.Constructor = _Texts
    yaml.Composer = _Plain
    try:
        return yaml.load(text)
    except DuplicateKeyError as error:
        key = str(error.problem or "").partition('"')[2].partition('"')[0]
        raise YamlFault("key_twice", _line(error), key) from error
    except MarkedYAMLError as error:
        raise YamlFault(
            "not_yaml", _line(error), " ".join(str(error.problem or error.context or "").split())
        ) from error
    except NotImplementedError as error:  # ruamel.yaml cannot keep two comments that follow the same word
        raise YamlFault("not_yaml", 1, "comments stand where they cannot be kept: delete some") from error
    except (YAMLError, ValueError, AssertionError) as error:  # an assertion: of a %YAML version that it does not know
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise YamlFault("not_yaml", 1, why) from error


def _line(error: MarkedYAMLError) -> int:
    mark = error.problem_mark or error.context_mark
    return int(mark.line) + 1 if mark else 1


class _Plain(Composer):
    """Stops at the first sign that is not plain, before what follows is looked at."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        """The next node, unless it refers to another, has a tag, or stands too deep."""
        event = self.parser.peek_event()
        line = event.start_mark.line + 1
        if isinstance(event, AliasEvent):
            raise YamlFault("yaml_sign", line, f"*{event.anchor}")
        if event.anchor is not None:
            raise YamlFault("yaml_sign", line, f"&{event.anchor}")
        if event.ctag is not None:
            raise YamlFault("yaml_sign", line, str(event.ctag))
        if isinstance(parent, MappingNode) and index is None and not isinstance(event, ScalarEvent):
            raise YamlFault("not_yaml", line, "a key that is no text")
        if self.depth >= DEEPEST:
            raise YamlFault("nested_too_deep", line)
        if isinstance(event, ScalarEvent):
            if "\0" in event.value:
                raise YamlFault("not_yaml", line, "a NUL character")
            if not event.value.isascii():
                event.value = _whole(event.value, event)
        return super().compose_node(parent, index)


def _whole(text: str, event: ScalarEvent) -> str:
    """JSON in ASCII writes a character beyond U+FFFF as two halves, and YAML reads them as two; a lone half is no text."""
    try:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError as error:
        raise ConstructorError(None, None, "half of a character", event.start_mark) from error


class _Texts(RoundTripConstructor):
    """Makes no date of a day, and no moment of another zone; a number that no database holds is told with its line."""


def _number(self: _Texts, node: Any) -> Any:
    kind = str(node.tag).rpartition(":")[2]
    read = self.construct_yaml_int if kind == "int" else self.construct_yaml_float
    try:
        number = read(node)
    except ValueError as error:
        raise ConstructorError(None, None, "a number that cannot be read", node.start_mark) from error
    if kind == "int" and abs(number) >= _MOST:
        raise ConstructorError(None, None, "a number that is too large", node.start_mark)
    return number


_Texts.add_constructor("tag:yaml.org,2002:timestamp", RoundTripConstructor.construct_yaml_str)
_Texts.add_constructor("tag:yaml.org,2002:int", _number)
_Texts.add_constructor("tag:yaml.org,2002:float", _number)
