"""Facts about operations that no model tells: which only read, and whose data events they are."""

import re
from functools import cache

_READING = re.compile(
    r"(Get|List|Describe|Head|Lookup|Scan|Query|BatchGet|TransactGet|Search|Simulate|Check|Preview|Estimate|Validate)"
    r"([A-Z]|$)"
)
# They look like reading and change what is stored.
_CHANGING = {
    ("secretsmanager", "GetSecretValue"),
    ("sqs", "ReceiveMessage"),
    ("cognito-identity", "GetId"),
    ("cognito-identity", "GetOpenIdToken"),
    # A one-time password is taken.
    ("sts", "GetSessionToken"),
}
# They are named otherwise and change nothing.
_ALSO_READING = {
    ("sts", "DecodeAuthorizationMessage"),
    ("kms", "Decrypt"),
    ("kms", "Encrypt"),
    ("kms", "GenerateDataKey"),
    ("kms", "GenerateDataKeyWithoutPlaintext"),
    ("kms", "GenerateRandom"),
    ("kms", "Sign"),
    ("kms", "Verify"),
    ("kms", "ReEncrypt"),
}
# They only read, but what they saw is kept.
_NOTING = {
    ("accessanalyzer", "GetAnalyzedResource"),
    ("accessanalyzer", "GetFinding"),
    ("accessanalyzer", "GetFindingV2"),
    ("accessanalyzer", "ListFindings"),
    ("accessanalyzer", "ListFindingsV2"),
}
# Services whose changing calls are mostly data events: CloudTrail shows no responseElements of interest for them.
DATA_EVENTS = {
    ("s3", "PutObject"),
    ("s3", "GetObject"),
    ("s3", "HeadObject"),
    ("s3", "DeleteObject"),
    ("s3", "DeleteObjects"),
    ("s3", "CopyObject"),
    ("s3", "ListParts"),
    ("s3", "UploadPart"),
    ("s3", "UploadPartCopy"),
    ("s3", "CreateMultipartUpload"),
    ("s3", "CompleteMultipartUpload"),
    ("s3", "AbortMultipartUpload"),
    ("s3", "ListObjects"),
    ("s3", "ListObjectsV2"),
    ("dynamodb", "PutItem"),
    ("dynamodb", "GetItem"),
    ("dynamodb", "UpdateItem"),
    ("dynamodb", "DeleteItem"),
    ("dynamodb", "Query"),
    ("dynamodb", "Scan"),
    ("dynamodb", "BatchGetItem"),
    ("dynamodb", "BatchWriteItem"),
    ("dynamodb", "TransactGetItems"),
    ("dynamodb", "TransactWriteItems"),
    ("lambda", "Invoke"),
    ("sns", "Publish"),
    ("sns", "PublishBatch"),
    ("sqs", "SendMessage"),
    ("sqs", "SendMessageBatch"),
    ("sqs", "ReceiveMessage"),
    ("sqs", "DeleteMessage"),
    ("sqs", "DeleteMessageBatch"),
    ("kinesis", "PutRecord"),
    ("kinesis", "PutRecords"),
    ("kinesis", "GetRecords"),
}


@cache
def read_only(service: str, operation: str) -> bool:
    """Tell whether an operation only reads, as CloudTrail's readOnly says."""
    return (service, operation) in _ALSO_READING or (
        bool(_READING.match(operation)) and (service, operation) not in _CHANGING
    )


def stores(service: str, operation: str) -> bool:
    """Tell whether a call may leave something behind: one that does more than read, or that notes what it saw."""
    return not read_only(service, operation) or (service, operation) in _NOTING


def is_data_event(service: str, operation: str) -> bool:
    """Tell whether CloudTrail files the call under data events."""
    return (service, operation) in DATA_EVENTS
