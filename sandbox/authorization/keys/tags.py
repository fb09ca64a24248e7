"""The tags that a call gives, whatever form the service has for them."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

TAG_PARAMETERS = (
    *("Tags", "tags", "TagList", "TagSet", "TagSpecifications", "TagSpecification", "Tagging", "HostedZoneTags"),
    *("AddTags", "UserPoolTags", "IdentityPoolTags", "ResourceTags", "CertificateTags", "Tag"),
)
TAG_KEY_PARAMETERS = ("TagKeys", "tagKeys", "TagKeyList", "RemoveTagKeys")

Pairs = Mapping[str, str]


def read_tags(value: Any) -> dict[str, str]:
    """Tags as name to value from a list of pairs, a map, S3's header, or a structure that holds one of them."""
    return dict(_pairs(value))


def _pairs(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield from parse_qsl(value, keep_blank_values=True)
    elif isinstance(value, list):
        for item in value:
            yield from _pair(item)
    elif isinstance(value, Mapping):
        inner = next((value[name] for name in ("TagSet", "Items", "Tags") if isinstance(value.get(name), list)), None)
        if inner is not None:
            yield from _pairs(inner)
        else:
            yield from ((str(key), str(text)) for key, text in value.items() if not isinstance(text, (dict, list)))


def _pair(item: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(item, Mapping):
        return
    for key, value in (("Key", "Value"), ("key", "value"), ("TagKey", "TagValue")):
        if key in item:
            yield str(item[key]), str(item.get(value) or "")
            return
    if "Tags" in item:
        yield from _pairs(item["Tags"])


def tag_keys(tags: Mapping[str, str], removed: tuple[str, ...] = ()) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The condition keys for tags that a call sets, and for names of tags that it removes."""
    for key, value in tags.items():
        yield f"aws:requesttag/{key.lower()}", (value,)
    names = (*tags, *removed)
    if names:
        yield "aws:tagkeys", names
