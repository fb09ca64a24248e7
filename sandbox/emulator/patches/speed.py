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


# Where a member of an answer is found depends on the classes, not on the objects: names to try, and how.
_sources: dict[tuple[type, str, Any, type], tuple[tuple[str, ...], bool]] = {}
_transforms: dict[tuple[Any, ...], tuple[Any, Any]] = {}


def _value(self: Any, value: Any, key: str, shape: Any) -> Any:
    """Find a member of an answer in moto's object, as moto's own pickers would."""
    picker = self._value_picker
    source = (value.__class__, key, shape, picker.__class__)
    names, subscript = _sources.get(source) or _learn(self, source, value)
    found = None
    for name in names:
        if "." in name:
            one = core_utils.get_value(value, name, serialize.MISSING)
        elif subscript:
            try:
                one = value[name]
            except (KeyError, IndexError, TypeError, AttributeError):
                continue
        else:
            one = getattr(value, name, serialize.MISSING)
        if one is not serialize.MISSING:
            found = one
            break
    if picker.response_transformers:
        transform = _transform(picker.response_transformers, (*self.path, key))
        if transform is not None:
            return transform(found)
    return found


def _learn(self: Any, source: tuple[type, str, Any, type], value: Any) -> tuple[tuple[str, ...], bool]:
    model = self.operation_model
    context = serialize.AttributePickerContext(
        obj=value, key=source[1], shape=source[2], operation_model=model, service_model=model.service_model
    )
    names = tuple(dict.fromkeys(self._value_picker.get_possible_keys(context)))
    _sources[source] = names, hasattr(value, "__getitem__")
    return _sources[source]


def _transform(transformers: dict[str, Any], path: tuple[str, ...]) -> Any:
    known = _transforms.get((id(transformers), *path))
    if known is None or known[0] is not transformers:
        dotted = ".".join(path)
        wanted = next((change for ending, change in transformers.items() if dotted.endswith(ending)), None)
        known = _transforms[(id(transformers), *path)] = (transformers, wanted)
    return known[1]


def _pick(original: Any) -> Any:
    def get_value(self: Any, value: Any, key: str, shape: Any) -> Any:
        if isinstance(self._value_picker, serialize.AttributePicker):
            return _value(self, value, key, shape)
        return original(self, value, key, shape)

    return get_value


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
    serializer: Any = serialize.ResponseSerializer
    serializer.get_value = _pick(serializer.get_value)
