"""Work that moto does again on every call, done once."""

import uuid
from typing import Any

import moto.backends
import moto.core.responses as responses
import moto.core.serialize as serialize
import moto.core.utils as core_utils
import moto.utilities.aws_headers as aws_headers

from sandbox.emulator.expectation import expect


def _request_id(headers: dict[str, Any] | None = None) -> str:
    request_id = str(uuid.uuid4())
    if isinstance(headers, dict):
        headers["x-amzn-requestid"] = request_id
    return request_id


_candidates: dict[tuple[type, str, Any, type], tuple[str, ...]] = {}


def _pick(self: Any, context: Any) -> Any:
    """Find a member of an answer in moto's object; the names to try depend on the classes, not on the object."""
    names = _candidates.get(key := (context.obj.__class__, context.key, context.shape, self.__class__))
    if names is None:
        names = _candidates[key] = tuple(dict.fromkeys(self.get_possible_keys(context)))
    value = None
    for name in names:
        found = serialize.get_value(context.obj, name, serialize.MISSING)
        if found is not serialize.MISSING:
            value = found
            break
    if self.response_transformers:
        path = f"{context.key_path}.{context.key}"
        for ending, transform in self.response_transformers.items():
            if path.endswith(ending):
                return transform(value)
    return value


def apply() -> None:
    """Replace moto's hot spots by versions that remember."""
    modules = tuple(moto.backends.list_of_moto_modules())
    moto.backends.list_of_moto_modules = lambda: modules
    # moto's base of all responses was imported before `_names` could be.
    base: Any = responses
    base.method_names_from_class = core_utils.method_names_from_class
    base.camelcase_to_underscores = core_utils.camelcase_to_underscores
    for module in (aws_headers, responses):
        ids: Any = module
        expect(hasattr(ids, "gen_amzn_requestid_long"), "gen_amzn_requestid_long")
        ids.gen_amzn_requestid_long = _request_id
    serialize.AttributePicker.__call__ = _pick
