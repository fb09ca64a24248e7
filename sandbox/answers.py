"""What an answer says, for the trail."""

from functools import cache
from typing import Any

import botocore.model
import botocore.parsers

from sandbox.wire import Call, Response
from sandbox.wire.services import model_of


def elements_of(call: Call, response: Response) -> dict[str, Any] | None:
    """Members of a good answer, named as in the service's model; None when it has none."""
    operation = model_of_operation(call)
    if operation.output_shape is None or operation.has_streaming_output:
        return None
    parser = _parsers.create_parser(call.protocol)
    parsed: dict[str, Any] = parser.parse(
        {"status_code": response.status, "headers": _Headers(response.headers), "body": response.body},
        operation.output_shape,
    )
    return {name: value for name, value in parsed.items() if name != "ResponseMetadata"} or None


def model_of_operation(call: Call) -> botocore.model.OperationModel:
    """A call's operation as botocore's parsers and serializers take it."""
    return _model(call.service).operation_model(call.operation_name)


_parsers = botocore.parsers.ResponseParserFactory()


class _Headers(dict[str, str]):
    """Headers of an answer as botocore's parsers ask for them: by lower-case name."""

    def __init__(self, headers: tuple[tuple[str, str], ...]) -> None:
        super().__init__((name.lower(), value) for name, value in headers)

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name.lower(), default)

    def __contains__(self, name: object) -> bool:
        return super().__contains__(str(name).lower())

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())


@cache
def _model(service: str) -> botocore.model.ServiceModel:
    return botocore.model.ServiceModel(model_of(service), service)
