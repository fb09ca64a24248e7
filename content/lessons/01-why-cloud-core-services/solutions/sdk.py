"""All five tasks with boto3."""

import io
import json
import os
import zipfile

import boto3

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
IMAGE = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"

session = boto3.Session()
print(session.client("sts").get_caller_identity()["Arn"])

s3 = session.client("s3")
s3.create_bucket(
    Bucket=os.environ["BUCKET"],
    CreateBucketConfiguration={"LocationConstraint": session.region_name},
)
s3.put_object(Bucket=os.environ["BUCKET"], Key=os.environ["KEY"], Body=b"hello")

image = session.client("ssm").get_parameter(Name=IMAGE)["Parameter"]["Value"]
session.client("ec2").run_instances(ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1)

iam = session.client("iam")
function = os.environ["FUNCTION"]
role = iam.create_role(RoleName=f"{function}-role", AssumeRolePolicyDocument=json.dumps(TRUST))
archive = io.BytesIO()
with zipfile.ZipFile(archive, "w") as file:
    file.writestr("app.py", 'def handler(event, context): return "hello"\n')
session.client("lambda").create_function(
    FunctionName=function,
    Runtime="python3.13",
    Handler="app.handler",
    Role=role["Role"]["Arn"],
    Code={"ZipFile": archive.getvalue()},
)

print([user["UserName"] for user in iam.list_users()["Users"]])
