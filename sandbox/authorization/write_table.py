"""Write data/table.tsv, every operation's mapping for the eye: `python -m sandbox.authorization.write_table`.

Columns: service, operation, how the mapping came to be, the mapping in the language of rows.py.
"""

from collections.abc import Iterator
from pathlib import Path

from sandbox.wire import services

from .plans import mapped

TABLE_FILE = Path(__file__).parent / "data" / "table.tsv"
# botocore's names; a test compares them with what the sandbox offers.
SERVICES = (
    *("accessanalyzer", "account", "acm", "apigateway", "appconfig", "autoscaling", "budgets", "ce", "cloudformation"),
    *("cloudfront", "cloudtrail", "cloudwatch", "codebuild", "codedeploy", "codepipeline", "cognito-identity"),
    *("cognito-idp", "config", "dynamodb", "dynamodbstreams", "ec2", "ecr", "ecs", "elasticache", "elbv2", "events"),
    *("iam", "identitystore", "kinesis", "kms", "lambda", "logs", "organizations", "resourcegroupstaggingapi"),
    *("rolesanywhere", "route53", "s3", "s3control", "secretsmanager", "sns", "sqs", "ssm", "sso-admin"),
    *("stepfunctions", "sts", "xray"),
)


def lines() -> Iterator[str]:
    """The table's lines, `UNMAPPED` in the last column where nothing is allowed."""
    for service in SERVICES:
        for operation in sorted(services.load(service).operations):
            found = mapped(service, operation)
            row = "UNMAPPED" if found.row is None else found.row
            yield f"{service}\t{operation}\t{found.way}\t{row}"


def text() -> str:
    """The whole file."""
    return "".join(f"{line}\n" for line in lines())


if __name__ == "__main__":
    TABLE_FILE.write_text(text())
