"""Uploads from a browser's form to S3: a POST of multipart/form-data is the PutObject that its fields describe.

https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote, urlencode, urlsplit

from ._identity_errors import Unidentified
from ._post_signature import missing_field, read_form_fields
from ._xml import parse_xml
from .authorization import Authorization
from .hosts import read_aws_host
from .messages import AwsError, Request, Response
from .multipart import MalformedForm, Part, read_parts
from .post_policies import PostPolicy, Upload, check_upload, read_policy
from .routing import bucket_of_site

MOST_FIELD_BYTES = 20 * 1024
_FILENAME = "${filename}"
_SUCCESSES = ("200", "201", "204")
_HEADERS = frozenset(("cache-control", "content-disposition", "content-encoding", "content-type", "expires"))
# They are the form's own, not the object's.
_OF_THE_SIGNATURE = frozenset(
    ("x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-security-token", "x-amz-signature")
)
_REDIRECTS = ("success_action_redirect", "redirect")


@dataclass(frozen=True, slots=True)
class PostForm:
    """An upload: the request that does the same, who signed it (None: nobody), and what the answer shall be."""

    request: Request
    authorization: Authorization | None
    policy: PostPolicy | None
    upload: Upload
    bucket: str
    key: str
    location: str

    def check(self, now: datetime) -> None:
        """Refuse what the policy does not let through; raises AwsError. Forms without one are anybody's."""
        if self.policy is not None:
            check_upload(self.policy, self.upload, now)


def read_form(request: Request, site_hosts: Collection[str] = ()) -> PostForm | None:
    """The upload that a request is; None for any other request. Raises Unidentified and AuthenticationProblem."""
    bucket = _bucket(request, site_hosts)
    if bucket is None:
        return None
    try:
        return _form(request, bucket)
    except AwsError as error:
        raise Unidentified(error.code, error.message, error.status, error.fields, "s3", "rest-xml") from None


def _bucket(request: Request, site_hosts: Collection[str]) -> str | None:
    """The bucket that a form is for; None when the request is no form to S3."""
    if request.method != "POST" or request.raw_query or "authorization" in request.header_map:
        return None
    if not request.header("content-type").lower().startswith("multipart/form-data"):
        return None
    host = read_aws_host(request.host)
    if host is not None and host.services != ("s3",):
        return None
    path = request.path.strip("/")
    named = host.bucket if host is not None else bucket_of_site(request.host, site_hosts)
    if named:
        return named if not path else None
    return path if path and "/" not in path else None


def _form(request: Request, bucket: str) -> PostForm:
    written, file = _read(request)
    fields = {name: value.replace(_FILENAME, _base_name(file)) for name, value in written.items()}
    key = fields.get("key")
    if not key:
        raise missing_field("key")
    path = f"{request.raw_path.rstrip('/')}/{quote(key, safe='/~')}"
    return PostForm(
        request=replace(request, method="PUT", raw_path=path, headers=_headers(request, fields), body=file.value),
        authorization=read_form_fields(fields),
        policy=read_policy(fields["policy"]) if fields.get("policy") else None,
        upload=_upload(fields, written, file, bucket),
        bucket=bucket,
        key=key,
        location=f"https://{request.host}{path}",
    )


def _upload(fields: dict[str, str], written: dict[str, str], file: Part, bucket: str) -> Upload:
    """What the policy is held against; the bucket is the address's, whatever a field says."""
    if "bucket" in fields and fields["bucket"] != bucket:
        raise _argument("bucket", "The bucket in the form is another than the address's")
    return Upload(fields, {**written, "bucket": bucket}, len(file.value))


def _read(request: Request) -> tuple[dict[str, str], Part]:
    """The fields before the file, and the file; what comes after it does not count."""
    fields: dict[str, str] = {}
    size = 0
    try:
        for part in read_parts(request.header("content-type"), request.body):
            name = part.name.lower()
            if name == "file":
                return fields, part
            size += len(part.name) + len(part.value)
            if size > MOST_FIELD_BYTES:
                message = "Your POST request fields preceding the upload file were too large."
                raise AwsError("MaxPostPreDataLengthExceeded", message, 400)
            if name in fields:
                raise _argument(name, f"POST fields may be given once; {name} comes twice")
            fields[name] = part.value.decode("utf-8", "replace")
    except MalformedForm:
        message = "The body of your POST request is not well-formed multipart/form-data."
        raise AwsError("MalformedPOSTRequest", message, 400) from None
    raise AwsError(
        "InvalidArgument",
        "POST requires exactly one file upload per request.",
        400,
        {"ArgumentName": "file", "ArgumentValue": "0"},
    )


def _argument(name: str, message: str) -> AwsError:
    return AwsError("InvalidArgument", message, 400, {"ArgumentName": name, "ArgumentValue": ""})


def _base_name(file: Part) -> str:
    """The file's own name: browsers may send the whole path."""
    return (file.filename or "").replace("\\", "/").rpartition("/")[2]


def _headers(request: Request, fields: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Headers of the PutObject that the form stands for."""
    kept = [(name, value) for name, value in request.headers if name in ("host", "user-agent", "referer", "origin")]
    return (*kept, *_of_fields(fields))


def _of_fields(fields: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in fields.items():
        if any(ord(character) < 32 for character in value) and name != "tagging":
            if name in _HEADERS or name.startswith("x-amz-"):
                raise _argument(name, "A header has no line breaks")
            continue
        if name in _HEADERS or (name.startswith("x-amz-") and name not in _OF_THE_SIGNATURE):
            yield name, value
        elif name == "acl":
            yield "x-amz-acl", value
        elif name == "tagging" and value:
            yield "x-amz-tagging", _tags(value)


def _tags(document: str) -> str:
    """Tags as in PutObject's header, from the XML of PutObjectTagging that a form holds."""
    try:
        tag_set = next(child for child in parse_xml(document.encode()).children if child.name == "TagSet")
        tags = [{part.name: part.text for part in tag.children} for tag in tag_set.children]
        return urlencode([(tag["Key"], tag["Value"]) for tag in tags])
    except (ValueError, StopIteration, KeyError):
        message = "The XML you provided was not well-formed or did not validate against our published schema"
        raise AwsError("MalformedXML", message, 400) from None


def answer_form(form: PostForm, response: Response) -> Response:
    """The answer to the form, from that to the PutObject; refusals stay as they are."""
    if response.status >= 300:
        return response
    fields = form.upload.fields
    etag = next((value for name, value in response.headers if name.lower() == "etag"), "")
    headers = tuple(header for header in response.headers if header[0].lower() not in ("content-type", "location"))
    target = next((fields[name] for name in _REDIRECTS if fields.get(name)), "")
    if _is_address(target):
        joined = "&" if urlsplit(target).query else "?"
        said = urlencode({"bucket": form.bucket, "key": form.key, "etag": etag}, quote_via=quote)
        return Response(303, (*headers, ("Location", f"{target}{joined}{said}")), b"")
    status = fields.get("success_action_status", "")
    headers = (*headers, ("Location", form.location))
    if status == "201":
        return Response(201, (*headers, ("Content-Type", "application/xml")), _told(form, etag))
    return Response(int(status) if status in _SUCCESSES else 204, headers, b"")


def _is_address(target: str) -> bool:
    """Whether a browser can be sent there; others are ignored, as S3 does."""
    if not target.isascii() or not target.isprintable() or " " in target:
        return False
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _told(form: PostForm, etag: str) -> bytes:
    members = {"Location": form.location, "Bucket": form.bucket, "Key": form.key, "ETag": etag}
    inside = "".join(f"<{name}>{_escaped(value)}</{name}>" for name, value in members.items())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse>{inside}</PostResponse>'.encode()


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
