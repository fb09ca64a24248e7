// The shell: its files, its state from line to line, and where its programs' output goes.

import assert from "node:assert/strict";
import { before, beforeEach, test } from "node:test";
import { createShellFetch } from "../../static/src/runtime/curl.js";
import { createInterruption } from "../../static/src/runtime/interruption.js";
import { ChangeTracker, applyChanges } from "../../static/src/runtime/learner-files.js";
import { Shell } from "../../static/src/runtime/shell.js";
import { ShellFiles } from "../../static/src/runtime/shell-files.js";
import { answer, startRuntime } from "./python.mjs";

let runtime;
let shell;

before(async () => {
  runtime = await startRuntime();
});

beforeEach(() => {
  const { python, programs } = runtime;
  const fetch = createShellFetch((head) => answer(`${head.method} ${head.url}`));
  shell = new Shell({ files: new ShellFiles(python.FS), programs, fetch });
});

async function run(text, { signal = createInterruption(() => false).signal } = {}) {
  const shown = [];
  const onOutput = (_stream, bytes) => shown.push(new TextDecoder().decode(bytes));
  const { stdout, stderr, exitCode } = await shell.run(text, { signal, columns: 80, onOutput });
  return { shown: shown.join(""), stdout: new TextDecoder().decode(stdout), stderr, exitCode };
}

const output = async (text) => (await run(text)).stdout;

test("variables, exports, the folder and the exit code last from line to line", async () => {
  await run("A=1; export B=2; mkdir -p /tmp/x; cd /tmp/x");
  assert.equal(await output("echo $A $B $PWD"), "1 2 /tmp/x\n");
  assert.equal(await output(`x=$(python3 -c 'import os; print(os.environ.get("A"), os.environ["B"])'); echo $x`), "None 2\n");
  await run("false");
  assert.equal(await output("echo $?"), "1\n");
  assert.equal(shell.folder, "/tmp/x");
});

test("shell and Python share files", async () => {
  await run("echo one > ~/one.txt");
  assert.equal(await output("python3 -c \"print(open('one.txt').read())\" | head -1"), "one\n");
  await run("python3 -c \"open('two.txt', 'w').write('two')\"");
  assert.equal(await output("cat two.txt; rm two.txt; ls ~/two.txt 2>&1"), "twols: /home/learner/two.txt: No such file or directory\n");
});

test("only the learner's folders can be changed", async () => {
  const { stderr, exitCode } = await run("rm -r /lib/entrypoint");
  assert.match(stderr, /permission denied/i);
  assert.notEqual(exitCode, 0);
  assert.equal(runtime.python.FS.analyzePath("/lib/entrypoint/awscli").exists, true);
});

test("a single call shows its output as it comes, in all other cases it is passed on", async () => {
  assert.deepEqual(await run("python3 -c 'print(1)'"), { shown: "1\n", stdout: "", stderr: "", exitCode: 0 });
  for (const line of ["python3 -c 'print(1)' | cat", "echo $(python3 -c 'print(1)')", "eval python3 -c \"'print(1)'\""]) {
    assert.deepEqual(await run(line), { shown: "", stdout: "1\n", stderr: "", exitCode: 0 });
  }
  await run("X=$(python3 -c 'print(1)')");
  assert.equal(await output("echo $X"), "1\n");
});

test("bytes survive pipes and redirections", async () => {
  await run("python3 -c 'import sys; sys.stdout.buffer.write(bytes(range(256)))' > all.bin");
  assert.equal(await output("cat all.bin | md5sum"), "e2c865db4162bed963bfaa9ef6ac18f0  -\n");
  assert.equal(await output("cat all.bin | python3 -c 'import sys; print(len(sys.stdin.buffer.read()))' | cat"), "256\n");
});

test("Ctrl-C ends a busy loop with 130 and no words", async () => {
  let asked = 0;
  const { signal } = createInterruption(() => ++asked > 1000);
  assert.deepEqual(await run("while true; do :; done", { signal }), { shown: "", stdout: "", stderr: "", exitCode: 130 });
});

test("lines that go on are told from those that are finished", () => {
  const unfinished = ["if true", "echo 'a", 'echo "a', "cat <<E\na", "echo a \\", "echo $(ls", "for i in 1; do", "ls |", "ls &&", "f() {"];
  const finished = ["ls", "echo \\\\", "cat <<E\na\nE", "echo )", "echo a # |", "if true; then echo a; fi"];
  assert.deepEqual(unfinished.filter((text) => !shell.isUnfinished(text)), []);
  assert.deepEqual(finished.filter((text) => shell.isUnfinished(text)), []);
});

test("curl goes through the sandbox", async () => {
  assert.equal(await output("curl -s https://bucket.s3.amazonaws.com/a"), "GET https://bucket.s3.amazonaws.com/a");
});

test("changed files can be put into another worker", async () => {
  const tracker = new ChangeTracker(runtime.python.FS);
  tracker.changes();
  await run("mkdir -p ~/d; echo x > ~/d/f; ln -s f ~/d/l; echo y > ~/gone");
  const changes = tracker.changes();
  assert.deepEqual(changes.map(({ path, kind }) => `${kind} ${path.slice("/home/learner/".length)}`).sort(), [
    "file d/f", "file gone", "folder d", "link d/l",
  ]);
  await run("rm ~/gone; rm -r ~/d");
  assert.deepEqual(tracker.changes().map(({ kind }) => kind), ["gone", "gone", "gone", "gone"]);
  applyChanges(runtime.python.FS, changes);
  assert.equal(await output("cat ~/d/l ~/gone"), "x\ny\n");
});
