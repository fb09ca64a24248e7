"""What each style of service must answer to each thing that can be wrong with a signature.

After the error table of AWS's services: JSON 400, REST-JSON and XML 403, EC2 401.
"""

from dataclasses import dataclass, field

from sandbox.wire import Request
from tests.sandbox.signatures.families import Family, Refusal
from tests.sandbox.signatures.signer import NOW, Draft, Key, canonical, payload_of, sha256, text_to_sign

MISMATCH = (
    "The request signature we calculated does not match the signature you provided. "
    "Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
)
S3_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your key and signing method."
)
_NAMES = {
    "missing": ("MissingAuthenticationToken", "MissingAuthenticationTokenException"),
    "incomplete": ("IncompleteSignature", "IncompleteSignatureException"),
    "unknown": ("InvalidClientTokenId", "UnrecognizedClientException"),
    "mismatch": ("SignatureDoesNotMatch", "InvalidSignatureException"),
}
_EC2 = {
    "missing": Refusal(400, "MissingParameter", "The request must contain the parameter AWSAccessKeyId"),
    "unknown": Refusal(401, "AuthFailure", "AWS was not able to validate the provided access credentials"),
    "mismatch": Refusal(401, "AuthFailure", "AWS was not able to validate the provided access credentials"),
    "time": Refusal(400, "RequestExpired", "Request has expired."),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong: the kind by the error table, AWS's sentence, and S3's own answer.

    `json_detail` is what JSON services add to the sentence; `ec2` the row of EC2's own table.
    """

    kind: str
    sentence: str
    s3: Refusal
    json_detail: str = ""
    ec2: str = ""
    fields: dict[str, str] = field(default_factory=dict)


def refusal(family: Family, problem: Problem) -> Refusal:
    """The problem as the family says it."""
    if family.style == "s3":
        return problem.s3
    kind = problem.ec2 or problem.kind
    if family.style == "ec2" and kind in _EC2:
        return _EC2[kind]
    query, json_name = _NAMES[problem.kind]
    if family.style in ("json", "rest"):
        return Refusal(400 if family.style == "json" else 403, json_name, problem.sentence + problem.json_detail)
    return Refusal(400 if problem.kind == "incomplete" else 403, query, problem.sentence, json_name)


def missing() -> Problem:
    return Problem("missing", "Request is missing Authentication Token", Refusal(403, "AccessDenied", "Access Denied"))


def unknown(access_key_id: str) -> Problem:
    s3 = Refusal(
        403,
        "InvalidAccessKeyId",
        "The AWS Access Key Id you provided does not exist in our records.",
        fields={"AWSAccessKeyId": access_key_id},
    )
    return Problem("unknown", "The security token included in the request is invalid.", s3)


def bad_token(token: str) -> Problem:
    message = "The provided token is malformed or otherwise invalid."
    s3 = Refusal(400, "InvalidToken", message, fields={"Token-0": token})
    return Problem("unknown", "The security token included in the request is invalid.", s3)


def mismatch(received: Request, draft: Draft, key: Key) -> Problem:
    """A signature that is not ours, with the strings that are made of the request as it arrived."""
    header = dict(received.headers)["authorization"]
    names = tuple(header.partition("SignedHeaders=")[2].partition(",")[0].split(";"))
    payload = payload_of(draft) if draft.is_s3 else sha256(received.body)
    text = canonical(received, names, payload, s3=draft.is_s3)
    to_sign = text_to_sign(draft.timestamp, draft.scope, text)
    detail = (
        f"\n\nThe Canonical String for this request should have been\n'{text}'"
        f"\n\nThe String-to-Sign should have been\n'{to_sign}'\n"
    )
    fields = {
        "AWSAccessKeyId": key.access_key_id,
        "StringToSign": to_sign,
        "SignatureProvided": header.rpartition("Signature=")[2],
        "StringToSignBytes": to_sign.encode().hex(" "),
        "CanonicalRequest": text,
        "CanonicalRequestBytes": text.encode().hex(" "),
    }
    return Problem("mismatch", MISMATCH, Refusal(403, "SignatureDoesNotMatch", S3_MISMATCH, fields=fields), detail)


def other_body(claimed: str, computed: str, otherwise: Problem) -> Problem:
    """At S3 the hash in the header is wrong; elsewhere the signature."""
    message = "The provided 'x-amz-content-sha256' header does not match what was computed."
    fields = {"ClientComputedContentSHA256": claimed, "S3ComputedContentSHA256": computed}
    s3 = Refusal(400, "XAmzContentSHA256Mismatch", message, fields=fields)
    return Problem("mismatch", MISMATCH, s3, otherwise.json_detail)


def incomplete(sentence: str, s3_detail: str) -> Problem:
    message = f"The authorization header is malformed; {s3_detail}"
    return Problem("incomplete", sentence, Refusal(400, "AuthorizationHeaderMalformed", message))


def undated(sentence: str) -> Problem:
    s3 = Refusal(403, "AccessDenied", "AWS authentication requires a valid Date or x-amz-date header")
    return Problem("incomplete", sentence, s3)


def out_of_scope(sentence: str, s3_detail: str, **fields: str) -> Problem:
    message = f"The authorization header is malformed; {s3_detail}"
    return Problem("mismatch", sentence, Refusal(400, "AuthorizationHeaderMalformed", message, fields=fields))


def wrong_time(sentence: str, timestamp: str) -> Problem:
    fields = {
        "RequestTime": timestamp,
        "ServerTime": f"{NOW:%Y-%m-%dT%H:%M:%SZ}",
        "MaxAllowedSkewMilliseconds": "900000",
    }
    message = "The difference between the request time and the current time is too large."
    s3 = Refusal(403, "RequestTimeTooSkewed", message, fields=fields)
    return Problem("mismatch", sentence, s3, ec2="time")
