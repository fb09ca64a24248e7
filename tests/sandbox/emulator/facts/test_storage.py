"""Buckets, tables, keys, secrets."""

import base64

from sandbox.authorization.state import Resource
from tests.sandbox.emulator.conftest import ACCOUNT, PARTNER, Lab
from tests.sandbox.emulator.facts.conftest import (
    BLUE,
    TAGS,
    arns,
    facts,
    make_bucket,
    regional,
)


def test_a_buckets_owner_is_told_to_everybody(lab: Lab) -> None:
    make_bucket(lab, PARTNER)
    client = lab.client("s3", account=PARTNER)
    client.put_bucket_versioning(Bucket="plum-otter", VersioningConfiguration={"Status": "Enabled"})
    first = client.put_object(Bucket="plum-otter", Key="k", Body=b"1", Tagging="team=blue")["VersionId"]
    client.put_object(Bucket="plum-otter", Key="k", Body=b"2", Tagging="team=red")
    assert facts(lab).find("s3:bucket", "plum-otter") == Resource("arn:aws:s3:::plum-otter", PARTNER)
    newest = facts(lab).find("s3:object", "plum-otter/k")
    assert newest == Resource("arn:aws:s3:::plum-otter/k", PARTNER, {}, {"s3:ExistingObjectTag/team": ("red",)})
    older = facts(lab).find("s3:object", f"arn:aws:s3:::plum-otter/k\0{first}")
    assert older is not None
    assert older.keys == {"s3:ExistingObjectTag/team": ("blue",)}
    client.delete_object(Bucket="plum-otter", Key="k")
    assert facts(lab).find("s3:object", "plum-otter/k") is None
    assert facts(lab).find("s3:object", "none/k") is None
    # A name that strangers took is nobody's here.
    assert facts(lab).find("s3:bucket", "my-bucket") is None


def test_an_access_point_says_whose_it_is(lab: Lab) -> None:
    bucket = make_bucket(lab)
    made = lab.client("s3control").create_access_point(AccountId=ACCOUNT, Name="door", Bucket=bucket)
    found = facts(lab).find("s3:accesspoint", "door")
    assert found is not None
    assert found.arn == made["AccessPointArn"]
    assert found.keys["s3:DataAccessPointAccount"] == (ACCOUNT,)
    assert [one.arn for one in facts(lab).linked("s3:accesspoint", "door", "s3:bucket")] == ["arn:aws:s3:::plum-otter"]


def test_indexes_and_streams_lie_below_their_table(lab: Lab) -> None:
    client = lab.client("dynamodb")
    client.create_table(
        TableName="orders",
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "day", "AttributeType": "S"},
        ],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-day",
                "KeySchema": [{"AttributeName": "day", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        Tags=TAGS,
    )
    table = regional("dynamodb", "table/orders")
    assert facts(lab).find("dynamodb:table", "orders") == Resource(table, ACCOUNT, BLUE, {"partition-key": ("pk",)})
    index = Resource(f"{table}/index/by-day", ACCOUNT, BLUE, {"partition-key": ("day",)})
    assert facts(lab).find("dynamodb:index", "orders/index/by-day") == index
    assert facts(lab).linked("dynamodb:table", table, "dynamodb:index") == (index,)
    assert facts(lab).find("dynamodb:index", "orders/index/none") is None
    stream = client.describe_table(TableName="orders")["Table"]["LatestStreamArn"]
    assert arns(lab, "dynamodb:stream", stream) == {stream}
    assert [one.arn for one in facts(lab).linked("dynamodb:stream", stream, "dynamodb:table")] == [table]
    backup = client.create_backup(TableName="orders", BackupName="nightly")["BackupDetails"]["BackupArn"]
    assert arns(lab, "dynamodb:backup", backup) == {backup}
    assert [one.arn for one in facts(lab).linked("dynamodb:backup", backup, "dynamodb:table")] == [table]


def test_a_key_goes_by_many_names(lab: Lab) -> None:
    kms = lab.client("kms")
    key = kms.create_key(Tags=[{"TagKey": "team", "TagValue": "blue"}])["KeyMetadata"]
    kms.create_alias(AliasName="alias/data", TargetKeyId=key["KeyId"])
    blob = kms.encrypt(KeyId="alias/data", Plaintext=b"x")["CiphertextBlob"]
    ciphertext = "ciphertext:" + base64.b64encode(blob).decode()
    expected = Resource(
        key["Arn"],
        ACCOUNT,
        BLUE,
        {
            "kms:KeyOrigin": ("AWS_KMS",),
            "kms:KeySpec": ("SYMMETRIC_DEFAULT",),
            "kms:KeyUsage": ("ENCRYPT_DECRYPT",),
            "kms:MultiRegion": ("false",),
            "kms:ResourceAliases": ("alias/data",),
        },
    )
    for name in (key["KeyId"], key["Arn"], "alias/data", regional("kms", "alias/data"), ciphertext):
        assert facts(lab).find("kms:key", name) == expected
    assert facts(lab).linked("kms:alias", "alias/data", "kms:key") == (expected,)
    assert [one.arn for one in facts(lab).linked("kms:key", key["KeyId"], "kms:alias")] == [
        regional("kms", "alias/data")
    ]
    # A partner's ciphertext names no account, its key is found nevertheless; in another region it is not.
    assert facts(lab, PARTNER).find("kms:key", ciphertext) == expected
    assert facts(lab, region="eu-west-1").find("kms:key", ciphertext) is None
    for broken in ("ciphertext:", "ciphertext:%%%", "ciphertext:" + base64.b64encode(b"\xff" * 80).decode()):
        assert facts(lab).find("kms:key", broken) is None


def test_a_secret_is_found_by_part_of_its_arn(lab: Lab) -> None:
    key = lab.client("kms").create_key()["KeyMetadata"]
    client = lab.client("secretsmanager")
    arn = client.create_secret(Name="db-main", SecretString="s", Tags=TAGS, KmsKeyId=key["KeyId"])["ARN"]
    partial = arn.rpartition("-")[0]
    for name in ("db-main", arn, partial):
        assert facts(lab).find("secretsmanager:Secret", name) == Resource(arn, ACCOUNT, BLUE)
    assert facts(lab).find("secretsmanager:Secret", partial.rpartition("-")[0]) is None
    assert [one.arn for one in facts(lab).linked("secretsmanager:Secret", arn, "kms:key")] == [key["Arn"]]
