"""Documents of learners are read within bounds, and nothing that they refer to is fetched."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import moto.apigateway.models as apigateway_models
import moto.apigateway.responses as apigateway_responses
import moto.apigateway.utils as apigateway_utils
import moto.ssm.models as ssm_models
import yaml
from moto.apigateway.exceptions import InvalidOpenAPIDocumentException
from openapi_spec_validator.validation.exceptions import OpenAPIValidationError

from sandbox.emulator.expectation import expect
from sandbox.emulator.patches.templates import BoundedLoader


def _load(text: Any) -> Any:
    return yaml.load(text, Loader=BoundedLoader)  # noqa: S506  a subclass of SafeLoader


def _validate(api_doc: dict[str, Any]) -> None:
    """Look for what an API must have; moto's validator opens the files and addresses that a `$ref` names."""
    info = api_doc.get("info")
    if not isinstance(info, dict) or not {"title", "version"} <= info.keys():
        raise OpenAPIValidationError("'info' with 'title' and 'version' is a required property")
    if not isinstance(api_doc.get("paths"), dict):
        raise OpenAPIValidationError("'paths' is a required property")


def _deserialize_body(original: Any) -> Any:
    def deserialize_body(body: Any) -> Any:
        try:
            document = original(body)
        except (yaml.YAMLError, RecursionError, TypeError) as error:
            raise _refusal(str(error)) from error
        for reference in _references(document):
            if not reference.startswith("#"):
                raise _refusal(f"nothing outside of the document is fetched: {reference}")
        return document

    return deserialize_body


def _refusal(message: str) -> InvalidOpenAPIDocumentException:
    return InvalidOpenAPIDocumentException(SimpleNamespace(message=message))


def _references(document: Any) -> Iterator[str]:
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if isinstance(reference := value.get("$ref"), str):
                yield reference
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def apply() -> None:
    """Give the readers a yaml module with nothing but the bounded loader, and a validator that only looks."""
    bounded = SimpleNamespace(safe_load=_load, dump=yaml.dump, YAMLError=yaml.YAMLError)
    for module in (apigateway_utils, ssm_models):
        reader: Any = module
        expect(reader.yaml is yaml, f"the reader of documents in {module.__name__}")
        reader.yaml = bounded
    models: Any = apigateway_models
    responses: Any = apigateway_responses
    expect(callable(models.validate), "the validator of OpenAPI documents")
    models.validate = _validate
    responses.deserialize_body = _deserialize_body(responses.deserialize_body)
