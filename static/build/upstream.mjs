// Which files of which Python packages the browser needs.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { filesBelow } from "./files.mjs";

// awscli brings its own botocore and s3transfer, so those two packages are not among them.
const PACKAGES = ["awscli", "boto3", "colorama", "dateutil", "docutils", "jmespath", "pyasn1", "rsa", "urllib3", "yaml"];
const SINGLE_FILES = ["six.py"];
const DISTRIBUTIONS = [...PACKAGES, "six", "python_dateutil", "pyyaml"];

export const SERVICE_DATA = "awscli/botocore/data/";
const EXAMPLES = "awscli/examples/";

// In the pack from the start, as folders of botocore's data; all other services come when a command first asks.
// `sdb` is read by the CLI whatever the command is.
const USUAL_SERVICES = new Set(
  `accessanalyzer account apigateway autoscaling budgets ce cloudformation cloudfront cloudtrail cloudwatch
  cognito-identity cognito-idp config dynamodb dynamodbstreams ec2 ecr ecs elasticache elbv2 events iam kinesis kms
  lambda logs organizations pricing resourcegroupstaggingapi rolesanywhere route53 s3 s3control sdb secretsmanager
  signin sns sqs ssm sso sso-admin sso-oidc stepfunctions sts`.split(/\s+/),
);
// Folders of example texts that are named after commands, not services.
const USUAL_EXAMPLES = new Set([...USUAL_SERVICES, "configservice", "configure", "deploy", "s3api"]);

const NEVER = [
  /\.pyi$/,
  /\.so$/,
  /\.pyc$/,
  /py\.typed$/,
  /cacert\.pem$/,
  /\/tests?\//,
  /testutils\.py$/,
  /\/examples-\d+\.json$/,
  /^boto3\/examples\//,
  /^dateutil\/zoneinfo\/.*\.tar\.gz$/,
  /^docutils\/writers\/(s5|latex|odf|xetex|pep|html)/,
  /^docutils\/(parsers\/rst\/)?languages\/(?!__init__|en\.)/,
  /^docutils\/utils\/math\/math/,
  /^docutils\/.*\.(css|js|sty|tex|odt|png|dtd)$/,
];

/** The service whose data file this is, or undefined. */
export function serviceOf(path) {
  if (!path.startsWith(SERVICE_DATA)) return undefined;
  const [service, ...rest] = path.slice(SERVICE_DATA.length).split("/");
  return rest.length > 0 ? service : undefined;
}

function isWanted(path) {
  if (NEVER.some((pattern) => pattern.test(path))) return false;
  const [folder] = path.startsWith(EXAMPLES) ? path.slice(EXAMPLES.length).split("/") : [];
  return folder === undefined || !path.slice(EXAMPLES.length).includes("/") || USUAL_EXAMPLES.has(folder);
}

/**
 * Sort the files of the Python packages.
 * @param {string} site - the site-packages folder
 * @returns {{packed: string[], lazy: Map<string, string[]>}} paths for the pack, and by service those for later
 */
export function chooseFiles(site) {
  const all = PACKAGES.flatMap((name) => filesBelow(join(site, name)).map((path) => `${name}/${path}`));
  const packed = [...SINGLE_FILES];
  const lazy = new Map();
  for (const path of all.filter(isWanted)) {
    const service = serviceOf(path);
    if (service === undefined || USUAL_SERVICES.has(service)) packed.push(path);
    else lazy.set(service, [...(lazy.get(service) ?? []), path]);
  }
  return { packed, lazy };
}

/** Names and versions of the packages as installed: they tell whether the pack has to be made again. */
export function installedVersions(site) {
  const wanted = new Set(DISTRIBUTIONS.map((name) => name.toLowerCase()));
  return readdirSync(site).filter((name) => {
    const [distribution] = name.toLowerCase().split("-");
    return name.endsWith(".dist-info") && wanted.has(distribution);
  });
}
