// Each patch of the Python libraries, through the commands that need it.

import assert from "node:assert/strict";
import { before, beforeEach, test } from "node:test";
import { answer, identity, startRuntime } from "./python.mjs";

let runtime;
let run;
let sandbox;

before(async () => {
  runtime = await startRuntime();
  ({ run, sandbox } = runtime);
});

beforeEach(() => {
  sandbox.requests.length = 0;
  sandbox.send = identity;
});

const ok = (stdout) => ({ stdout, stderr: "", exitCode: 0 });
const python = (source, options) => run("python3", ["-c", source], options);
const refusal = (code) =>
  answer(`<ErrorResponse><Error><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`, { status: 403 });

test("a signed request leaves with AWS's own address", () => {
  assert.deepEqual(run("aws", ["sts", "get-caller-identity", "--query", "Account"]), ok('"111122223333"\n'));
  const [{ method, url, headers, body }] = sandbox.requests;
  assert.equal(method, "POST");
  assert.equal(url, "https://sts.eu-central-1.amazonaws.com/");
  assert.match(new Map(headers).get("Authorization"), /^AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE\//);
  assert.match(new TextDecoder().decode(body), /^Action=GetCallerIdentity/);
});

test("boto3 uses the same transport", () => {
  assert.deepEqual(python("import boto3; print(boto3.client('sts').get_caller_identity()['Account'])"), ok("111122223333\n"));
});

test("no answer is an EndpointConnectionError that says why", () => {
  sandbox.send = () => ({ error: "the sandbox answered with HTTP 502", head: null, body: new Uint8Array(0) });
  const { stderr, exitCode } = run("aws", ["sts", "get-caller-identity"], { environment: { AWS_MAX_ATTEMPTS: "1" } });
  assert.match(stderr, /Could not connect to the endpoint URL/);
  assert.equal(exitCode, 255);
});

test("no credentials are found without asking the instance metadata service", () => {
  const environment = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" };
  const { stderr, exitCode } = run("aws", ["sts", "get-caller-identity"], { environment });
  assert.match(stderr, /Unable to locate credentials/);
  assert.equal(exitCode, 253);
  assert.deepEqual(sandbox.requests, []);
});

test("a service that is not in the pack is loaded when it is used", () => {
  sandbox.send = () => answer('{"DatabaseList": []}', { headers: [["Content-Type", "application/x-amz-json-1.1"]] });
  assert.deepEqual(run("aws", ["glue", "get-databases", "--query", "DatabaseList"]), ok("[]\n"));
  assert.deepEqual(runtime.services, ["glue"]);
});

test("exit codes are those of version 2", () => {
  sandbox.send = () => refusal("AccessDenied");
  assert.equal(run("aws", ["sts", "get-caller-identity"]).exitCode, 254);
  assert.equal(run("aws", ["sts", "get-caller-identity", "--no-such"]).exitCode, 252);
  assert.equal(run("aws", ["sts", "no-such"]).exitCode, 252);
  assert.equal(run("aws", ["iam", "create-user", "--user-name", ""]).exitCode, 252);
  assert.equal(run("aws", ["sts", "get-caller-identity", "--profile", "no-such"]).exitCode, 253);
  assert.equal(run("aws", ["s3", "cp", "no-such", "s3://bucket/"]).exitCode, 255);
});

test("the usage text is that of version 2", () => {
  const { stderr } = run("aws", ["sts", "get-caller-identity", "--no-such"]);
  assert.match(stderr, /^usage: aws \[options\] <command> <subcommand>/);
  assert.match(stderr, /Unknown options: --no-such\n$/);
  assert.match(run("aws", ["no-such"]).stderr, /^usage: aws \[options\]/);
});

test("yaml and --no-cli-pager are accepted", () => {
  assert.deepEqual(
    run("aws", ["sts", "get-caller-identity", "--output", "yaml", "--no-cli-pager"]),
    ok("Account: '111122223333'\n"),
  );
});

test("help needs no groff and complains of nothing", () => {
  const { stdout, stderr, exitCode } = run("aws", ["sqs", "create-queue", "help"]);
  assert.match(stdout, /Description\n\*+/);
  assert.deepEqual({ stderr, exitCode }, { stderr: "", exitCode: 0 });
});

test("tables are as wide as the terminal", () => {
  const { stdout } = run("aws", ["sts", "get-caller-identity", "--output", "table"]);
  assert.match(stdout, /111122223333/);
  assert.ok(stdout.split("\n").every((line) => line.length <= 80));
});

test("an upload in parts needs no threads", () => {
  const seen = [];
  sandbox.send = ({ method, url }) => {
    const query = new URL(url).search.replace(/=.*/, "");
    seen.push(`${method} ${query}`);
    if (query === "?uploads") return answer("<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>");
    return answer("<CompleteMultipartUploadResult/>", { headers: [["ETag", '"x"'], ["Content-Type", "text/xml"]] });
  };
  python("open('big', 'wb').write(bytes(17 * 1024 * 1024))");
  const { stdout, exitCode } = run("aws", ["s3", "cp", "big", "s3://bucket/big", "--no-progress"]);
  assert.deepEqual({ stdout, exitCode }, { stdout: "upload: ./big to s3://bucket/big\n", exitCode: 0 });
  assert.equal(seen.filter((call) => call.startsWith("PUT")).length, 3);
});

test("threads and pools run where they are started", () => {
  const source = `
import threading
from concurrent.futures import ThreadPoolExecutor
done = []
thread = threading.Thread(target=done.append, args=("thread",)); thread.start(); thread.join()
with ThreadPoolExecutor() as pool:
    done += pool.map(str.upper, ["a", "b"])
print(done, thread.is_alive())
`;
  assert.deepEqual(python(source), ok("['thread', 'A', 'B'] False\n"));
});

test("sleeping asks the host, which can be interrupted", () => {
  sandbox.naps = 0;
  assert.deepEqual(python("import time; time.sleep(0.01); print('awake')"), ok("awake\n"));
  assert.equal(sandbox.naps, 1);
});

test("a patch refuses a library that changed", () => {
  const source = `
from entrypoint_runtime import guard
class Library:
    def call(self, more): ...
guard.replace(Library, "call", None, signature="(self)")
`;
  assert.match(python(source).stderr, /UpstreamChanged: Library.call takes \(self, more\), the patch was made for \(self\)/);
});

test("commands do not see what the one before left", () => {
  assert.match(run("aws", ["sts", "get-caller-identity", "--debug"]).stderr, /DEBUG/);
  assert.equal(run("aws", ["sts", "get-caller-identity"]).stderr, "");
  python("import os, sys; os.environ['X'] = '1'; sys.path.append('/x'); sys.argv.append('x')");
  assert.deepEqual(python("import os, sys; print(os.environ.get('X'), '/x' in sys.path, sys.argv)"), ok("None False ['-c']\n"));
});

test("an edited module is imported anew", () => {
  python("open('own.py', 'w').write('value = 1')");
  assert.deepEqual(python("import own; print(own.value)"), ok("1\n"));
  python("open('own.py', 'w').write('value = 22')");
  assert.deepEqual(python("import own; print(own.value)"), ok("22\n"));
});

test("tracebacks begin with the learner's program", () => {
  assert.equal(python("1 / 0").stderr.split("\n")[1], '  File "<string>", line 1, in <module>');
  assert.equal(run("python3", ["no-such.py"]).stderr, "python3: can't open file '/home/learner/no-such.py': [Errno 44] No such file or directory\n");
});

test("programs come from files, modules and standard input, and end with their code", () => {
  assert.deepEqual(run("python3", ["-"], { stdin: "import sys; sys.exit('no')" }), { stdout: "", stderr: "no\n", exitCode: 1 });
  assert.deepEqual(run("python3", [], { stdin: "print(__name__)" }), ok("__main__\n"));
  assert.equal(run("python3", ["-m", "json.tool"], { stdin: "[1]" }).stdout, "[\n    1\n]\n");
  assert.equal(python("import sys; sys.exit(3)").exitCode, 3);
});
