"""moto runs the operation that was authorized, and does not look for another one in the request.

By itself it takes `Action` from the form, else from the URL, else from the body read as a form, else from a header, so
that one call could pass for another. S3 and X-Ray choose by method, path and subresource, which is what the gateway
identified the call by; their names for it are their own.
"""

from functools import cache
from typing import Any

from moto.cloudfront.responses import CloudFrontResponse
from moto.core.responses import BaseResponse
from moto.core.utils import get_service_model
from moto.s3.responses import S3Response

from sandbox.emulator.expectation import expect
from sandbox.emulator.world import current


def _authorized(self: BaseResponse) -> str:
    if not self.uri_match and _is_rest(self.boto3_service_name):
        # What moto would find is not asked for; the names in the path come along with it.
        self._get_action_from_method_and_request_uri(self.normalized_request)
    return current().operation


@cache
def _is_rest(service: str) -> bool:
    return bool(service) and str(get_service_model(service).protocol).startswith("rest-")


def apply() -> None:
    """Tell moto the operation wherever it would find one out."""
    expect("_get_action" not in vars(S3Response), "the way S3 finds its operation")
    s3: Any = S3Response
    s3._get_action = BaseResponse._get_action
    for response in (BaseResponse, CloudFrontResponse):
        expect("_get_action" in vars(response), f"{response.__name__}._get_action")
        pinned: Any = response
        pinned._get_action = _authorized
