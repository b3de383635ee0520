"""How is a frozen domain value written as JSON, and read back the same?

One canonical text a value: keys sorted, fields at their default left out (so a field added later changes no hash of
what was stored before), no spaces. ``load(type(x), dump(x)) == x`` for every dataclass of record.py and grades.py.
"""

from __future__ import annotations

import json
import types
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
Convert = Callable[[Any], Any]

_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False).encode
_ESCAPED = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), allow_nan=False, check_circular=False)


def dump(value: Any) -> str:
    """The canonical JSON of a dataclass instance. Raises ``ValueError`` for NaN and infinities."""
    encode = _encoder(cast("Any", type(value)))
    text = _to_json(encode(value) if encode else value)
    try:
        text.encode()
    except UnicodeEncodeError:  # a lone surrogate: no UTF-8, but JSON can escape it
        return _ESCAPED.encode(encode(value) if encode else value)
    return text


def dump_plain(value: Any) -> str:
    """The canonical JSON of plain JSON values (dicts with string keys, lists, numbers, strings)."""
    return _to_json(_plain(value))


def load(cls: type[T], text: str | bytes) -> T:
    """The value that ``dump`` wrote. A key that the class does not know is left out, for stores newer than their reader."""
    decode = _decoder(cast("Any", cls))
    parsed = json.loads(text)
    return cast("T", decode(parsed) if decode else parsed)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(value[key]) for key in sorted(value)}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return value


def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _default(f: Any) -> Any:
    if f.default is not MISSING:
        return f.default
    return f.default_factory() if f.default_factory is not MISSING else MISSING


@cache
def _encoder(hint: Any) -> Convert | None:
    """What turns a value of this type into JSON's own types; ``None`` where it already is."""
    if hasattr(hint, "parse"):  # one text, as PartialDate
        return str
    if is_dataclass(hint):
        return _dataclass_encoder(cast("type", hint))
    origin, args = get_origin(hint), get_args(hint)
    if hint is Any:
        return _plain
    if origin is dict:
        return _dict_encoder(_encoder(args[1]))
    if origin is tuple:
        each = _encoder(args[0]) if len(args) == 2 and args[1] is Ellipsis else None
        return (lambda v: [each(x) for x in v]) if each else None
    if origin in (Union, types.UnionType):
        inner = _encoder(_one_of(args))
        return (lambda v: None if v is None else inner(v)) if inner else None
    return None


def _one_of(args: tuple[Any, ...]) -> Any:
    return next(a for a in args if a is not type(None))


def _dict_encoder(each: Convert | None) -> Convert:
    if each:
        return lambda v: {key: each(v[key]) for key in sorted(v)}
    return lambda v: {key: v[key] for key in sorted(v)}


def _dataclass_encoder(cls: type) -> Convert:
    """A function written out field by field, as ``dataclasses`` writes ``__init__``: half the time of a loop over fields."""
    hints = _hints(cls)
    names: dict[str, Any] = {}
    lines = ["def encode(o):", " out = {}"]
    for n, f in enumerate(sorted(fields(cls), key=lambda f: f.name)):
        default, each = _default(f), _encoder(hints[f.name])
        names |= {f"default{n}": default, f"each{n}": each}
        if default is MISSING:
            test = "True"
        elif default is None:
            test = "v is not None"
        elif default in ((), {}) or default is False:
            test = "v"
        else:
            test = f"v != default{n}"
        lines.append(f" v = o.{f.name}\n if {test}: out[{f.name!r}] = {f'each{n}(v)' if each else 'v'}")
    exec("\n".join([*lines, " return out"]), names)  # noqa: S102 # made of the names of our own dataclass fields alone
    return cast("Convert", names["encode"])


@cache
def _decoder(hint: Any) -> Convert | None:
    if hasattr(hint, "parse"):
        return cast("Convert", hint.parse)
    if is_dataclass(hint):
        return _dataclass_decoder(cast("type", hint))
    origin, args = get_origin(hint), get_args(hint)
    if origin is tuple:
        each = _decoder(args[0]) if len(args) == 2 and args[1] is Ellipsis else None
        return (lambda v: tuple([each(x) for x in v])) if each else tuple
    if origin is dict:
        inner = _decoder(args[1])
        return (lambda v: {key: inner(x) for key, x in v.items()}) if inner else None
    if origin in (Union, types.UnionType):
        some = _decoder(_one_of(args))
        return (lambda v: None if v is None else some(v)) if some else None
    return None


def _dataclass_decoder(cls: type) -> Convert:
    hints = _hints(cls)
    known = frozenset(hints)
    converted = tuple((f.name, convert) for f in fields(cls) if (convert := _decoder(hints[f.name])) is not None)

    def decode(found: dict[str, Any]) -> Any:
        if not found.keys() <= known:
            found = {name: v for name, v in found.items() if name in known}
        for name, convert in converted:
            v = found.get(name)
            if v is not None:
                found[name] = convert(v)
        return cls(**found)

    return decode
