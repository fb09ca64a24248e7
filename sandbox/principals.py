"""Who calls: the authenticated principal of a request, as IAM and CloudTrail describe it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller; `kind` is CloudTrail's userIdentity.type, `user_id` the unique id (aws:userid)."""

    kind: str
    arn: str
    account_id: str
    user_id: str
    user_name: str = ""
    access_key_id: str = ""

    def identity(self) -> dict[str, str]:
        """CloudTrail's userIdentity element.

        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
        """
        identity = {
            "type": self.kind,
            "principalId": self.user_id,
            "arn": self.arn,
            "accountId": self.account_id,
            "accessKeyId": self.access_key_id,
            "userName": self.user_name,
        }
        return {name: value for name, value in identity.items() if value}


def root_of(account_id: str) -> Principal:
    """The root user of an account."""
    return Principal("Root", f"arn:aws:iam::{account_id}:root", account_id, account_id)
