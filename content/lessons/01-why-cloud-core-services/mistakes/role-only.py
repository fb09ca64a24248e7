# expect: function only-role
import json
import os

import boto3

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
boto3.client("iam").create_role(RoleName=f"{os.environ['FUNCTION']}-role", AssumeRolePolicyDocument=json.dumps(TRUST))
