"""The schemas that the command prints, and documents with one thing changed in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

Path = tuple[str | int, ...]

REPLACEMENTS: tuple[object, ...] = ("text", "", 7, 1.5, True, None, [], ["text"], [{}], {}, {"text": "text"})
"""Values of every kind that JSON and YAML have."""


def closed(schema: Any) -> Any:
    """The schema with no key allowed that it does not name."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: closed(value) for key, value in schema.items()}
    return inner | {"additionalProperties": False} if isinstance(schema.get("properties"), dict) and "type" in schema else inner


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Where the values of a document stand, those of an item of a list under one number each."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


def at(value: Any, path: Path) -> Any:
    """The value at a place."""
    for key in path:
        value = value[key]
    return value


def changed(value: Any, path: Path, new: object) -> Any:
    """The document with another value at a place, or under a new key."""
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed(copy[path[0]], path[1:], new) if path[1:] else new
    return copy


def without(value: Any, path: Path) -> Any:
    """The document without the key or item at a place."""
    holder = at(value, path[:-1])
    kept = (
        {key: inner for key, inner in holder.items() if key != path[-1]}
        if isinstance(holder, dict)
        else [inner for index, inner in enumerate(holder) if index != path[-1]]
    )
    return changed(value, path[:-1], kept)


class _Dumper(yaml.SafeDumper):
    """Writes nothing for ``None``, as a person does who leaves a value out."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_representer(type(None), lambda dumper, _: dumper.represent_scalar("tag:yaml.org,2002:null", ""))


def as_yaml(value: Any) -> str:
    """A document as a person would write it in YAML."""
    return yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=False)
