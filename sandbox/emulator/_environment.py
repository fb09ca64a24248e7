"""Settings that moto reads from the process's environment, set before moto is imported anywhere."""

import os

SETTINGS = {
    # A small catalogue of our own replaces the 1,301 images of us-east-1 (4 MiB an account and region).
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
    "MOTO_ENABLE_AMI_VALIDATION": "true",
    "MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION": "true",
    "MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS": "false",
    # The gateway hands every S3 request over in path style.
    "S3_IGNORE_SUBDOMAIN_BUCKETNAME": "true",
    "MOTO_DISABLE_GLOBAL_CORS": "true",
    "MOTO_ALLOW_NONEXISTENT_REGION": "false",
    "MOTO_EVENTS_INVOKE_HTTP": "false",
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "false",
}
# Each of these would let the surroundings change what moto does or whom it obeys.
FORBIDDEN = (
    "MOTO_ACCOUNT_ID",
    "MOTO_AMIS_PATH",
    "TEST_SERVER_MODE",
    "TEST_PROXY_MODE",
    "INITIAL_NO_AUTH_ACTION_COUNT",
)


def prepare() -> None:
    """Set what moto must find and remove what it must not."""
    os.environ.update(SETTINGS)
    for name in FORBIDDEN:
        os.environ.pop(name, None)
