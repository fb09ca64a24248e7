"""Condition keys that are parameters of another name; the first path that an operation has counts."""

from collections.abc import Mapping

PATHS: Mapping[str, tuple[str, ...]] = {
    "iam:policyarn": ("PolicyArn",),
    "iam:permissionsboundary": ("PermissionsBoundary",),
    "iam:awsservicename": ("AWSServiceName",),
    "sts:externalid": ("ExternalId",),
    "sts:rolesessionname": ("RoleSessionName",),
    "sts:sourceidentity": ("SourceIdentity",),
    "sts:transitivetagkeys": ("TransitiveTagKeys",),
    "sts:durationseconds": ("DurationSeconds",),
    "s3:prefix": ("Prefix",),
    "s3:delimiter": ("Delimiter",),
    "s3:max-keys": ("MaxKeys",),
    "s3:versionid": ("VersionId",),
    "s3:x-amz-acl": ("ACL",),
    "s3:x-amz-server-side-encryption": ("ServerSideEncryption",),
    "s3:x-amz-server-side-encryption-aws-kms-key-id": ("SSEKMSKeyId",),
    "s3:x-amz-server-side-encryption-customer-algorithm": ("SSECustomerAlgorithm",),
    "s3:x-amz-storage-class": ("StorageClass",),
    "s3:x-amz-copy-source": ("CopySource",),
    "s3:x-amz-metadata-directive": ("MetadataDirective",),
    "s3:x-amz-website-redirect-location": ("WebsiteRedirectLocation",),
    "s3:x-amz-grant-full-control": ("GrantFullControl",),
    "s3:x-amz-grant-read": ("GrantRead",),
    "s3:x-amz-grant-read-acp": ("GrantReadACP",),
    "s3:x-amz-grant-write": ("GrantWrite",),
    "s3:x-amz-grant-write-acp": ("GrantWriteACP",),
    "s3:x-amz-object-ownership": ("ObjectOwnership",),
    "s3:object-lock-mode": ("ObjectLockMode", "Retention.Mode"),
    "s3:object-lock-retain-until-date": ("ObjectLockRetainUntilDate", "Retention.RetainUntilDate"),
    "s3:object-lock-legal-hold": ("ObjectLockLegalHoldStatus", "LegalHold.Status"),
    "s3:locationconstraint": ("CreateBucketConfiguration.LocationConstraint",),
}
# Same-named parameters that are something else than the key.
NOT_KEYS: frozenset[str] = frozenset()
