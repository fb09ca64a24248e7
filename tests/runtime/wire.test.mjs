// What goes between worker, page and server, and how the pack is made.

import assert from "node:assert/strict";
import { test } from "node:test";
import { withoutWhiteSpace } from "../../static/build/json.mjs";
import { createEnvelopeTransport } from "../../static/src/runtime/envelope.js";
import { homeFiles } from "../../static/src/runtime/home.js";
import { frame, unframe } from "../../static/src/shared/frame.js";
import { SavedFiles } from "../../static/src/workbench/saved-files.js";

const bytes = (...values) => Uint8Array.from(values);
const HEAD = { method: "PUT", url: "https://b.s3.amazonaws.com/a/../b", headers: [["X-Amz-Date", "now"]] };

function transport(post) {
  const calls = [];
  const send = createEnvelopeTransport({ url: "/aws/", environment: "e", onCall: (call) => calls.push(call), post });
  return { send, calls };
}

test("a frame holds JSON and bytes", () => {
  const whole = frame({ a: "ž" }, bytes(1, 255));
  assert.deepEqual([...whole.subarray(0, 4)], [10, 0, 0, 0]);
  assert.deepEqual(unframe(whole), { head: { a: "ž" }, body: bytes(1, 255) });
  assert.throws(() => unframe(whole.subarray(0, 8)), RangeError);
});

test("a request travels in an envelope as it was signed", () => {
  const { send, calls } = transport((method, url, { type, body }) => {
    assert.deepEqual([method, url, type], ["POST", "/aws/", "application/x-entrypoint-envelope"]);
    assert.deepEqual(unframe(body), { head: { ...HEAD, environment: "e" }, body: bytes(7) });
    return { status: 200, bytes: frame({ status: 404, headers: [["ETag", "x"]] }, bytes(8)) };
  });
  assert.deepEqual(send(HEAD, bytes(7)), { error: "", head: { status: 404, headers: [["ETag", "x"]] }, body: bytes(8) });
  assert.deepEqual(calls, [{ status: 404, host: "b.s3.amazonaws.com" }]);
});

test("any other answer of the server is a failure to connect", () => {
  const { send, calls } = transport(() => ({ status: 502, bytes: bytes() }));
  assert.equal(send(HEAD, bytes()).error, "the sandbox answered with HTTP 502");
  const broken = transport(() => {
    throw new Error("network");
  });
  assert.equal(broken.send(HEAD, bytes()).error, "the sandbox cannot be reached (network)");
  assert.deepEqual(calls, []);
});

test("the home folder begins with the lesson's credentials and files", () => {
  const files = homeFiles({
    region: "eu-west-1",
    credentials: { access_key_id: "A", secret_access_key: "S" },
    files: { "d/f.txt": "hello" },
  });
  const texts = Object.fromEntries(files.map(({ path, data }) => [path, new TextDecoder().decode(data)]));
  assert.deepEqual(texts, {
    "/home/learner/.aws/credentials": "[default]\naws_access_key_id = A\naws_secret_access_key = S\n",
    "/home/learner/.aws/config": "[default]\nregion = eu-west-1\noutput = json\n",
    "/home/learner/d/f.txt": "hello",
  });
});

test("saved files follow the changes", () => {
  const saved = new SavedFiles();
  assert.equal(saved.all(), undefined);
  saved.apply([{ path: "/b/c", kind: "file" }, { path: "/b", kind: "folder" }, { path: "/a", kind: "file" }]);
  saved.apply([{ path: "/a", kind: "gone" }]);
  assert.deepEqual(saved.all().map(({ path }) => path), ["/b", "/b/c"]);
});

test("white space between JSON's tokens is left out, numbers stay as they were", () => {
  assert.equal(withoutWhiteSpace('{ "a b": [1.0,\n 9223372036854775807], "c": " \\" x" }'), '{"a b":[1.0,9223372036854775807],"c":" \\" x"}');
});
