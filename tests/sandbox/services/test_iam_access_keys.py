"""Access keys: two a user, on and off, and their last use from the trail."""

from tests.sandbox.conftest import Caller, make_caller
from tests.sandbox.services.iam_cases import forget, new_user, refused


def test_a_user_has_two_keys_at_most(caller: Caller) -> None:
    iam = caller.client("iam")
    made = iam.create_access_key()["AccessKey"]
    assert (made["UserName"], made["Status"]) == ("learner", "Active")
    assert refused(iam.create_access_key, UserName="learner") == (
        "LimitExceeded",
        "Cannot exceed quota for AccessKeysPerUser: 2",
    )


def test_an_inactive_key_does_not_sign(caller: Caller) -> None:
    iam = caller.client("iam")
    other = new_user(caller, "ann")
    key_id = other.credentials.access_key_id
    iam.update_access_key(UserName="ann", AccessKeyId=key_id, Status="Inactive")
    forget(caller)
    assert refused(other.client("iam").get_user)[0] == "InvalidClientTokenId"
    assert iam.list_access_keys(UserName="ann")["AccessKeyMetadata"][0]["Status"] == "Inactive"
    iam.update_access_key(UserName="ann", AccessKeyId=key_id, Status="Active")
    assert other.client("iam").get_user()["User"]["UserName"] == "ann"


def test_a_key_is_changed_by_its_owners_name_only(caller: Caller) -> None:
    iam = caller.client("iam")
    other = new_user(caller, "ann")
    key_id = other.credentials.access_key_id
    missing = ("NoSuchEntity", f"The Access Key with id {key_id} cannot be found.")
    assert refused(iam.delete_access_key, AccessKeyId=key_id) == missing
    assert refused(iam.update_access_key, AccessKeyId=key_id, Status="Inactive") == missing
    code, message = refused(iam.update_access_key, UserName="ann", AccessKeyId=key_id, Status="off")
    assert code == "ValidationError"
    assert message.endswith("Member must satisfy enum value set: [Active, Inactive, Expired]")
    iam.delete_access_key(UserName="ann", AccessKeyId=key_id)
    forget(caller)
    assert iam.list_access_keys(UserName="ann")["AccessKeyMetadata"] == []


def test_last_use_is_read_from_the_trail(caller: Caller) -> None:
    iam = caller.client("iam")
    other = new_user(caller, "ann")
    key_id = other.credentials.access_key_id
    assert iam.get_access_key_last_used(AccessKeyId=key_id)["AccessKeyLastUsed"] == {
        "ServiceName": "N/A",
        "Region": "N/A",
    }
    other.client("sqs", region="eu-west-1").list_queues()
    forget(caller)
    found = iam.get_access_key_last_used(AccessKeyId=key_id)
    assert found["UserName"] == "ann"
    used = found["AccessKeyLastUsed"]
    assert (used["ServiceName"], used["Region"], used["LastUsedDate"].microsecond) == ("sqs", "eu-west-1", 0)


def test_another_accounts_key_and_none_at_all_look_the_same(caller: Caller) -> None:
    iam, stranger = caller.client("iam"), make_caller()
    for key_id in (stranger.credentials.access_key_id, "AKIAIOSFODNN7EXAMPLE"):
        code, message = refused(iam.get_access_key_last_used, AccessKeyId=key_id)
        assert code == "AccessDenied"
        assert message.endswith(
            f"is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key {key_id}"
        )
