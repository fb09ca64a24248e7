// What is typed: keys, the line, the history, and where characters come to stand.

import assert from "node:assert/strict";
import { test } from "node:test";
import { positionAfter } from "../../static/src/workbench/cells.js";
import { History } from "../../static/src/workbench/history.js";
import { parseKeys } from "../../static/src/workbench/keys.js";
import { Line } from "../../static/src/workbench/line.js";

function edited(text, ...edits) {
  const line = new Line(text);
  for (const edit of edits) line[edit]();
  return `${line.characters.slice(0, line.cursor).join("")}|${line.characters.slice(line.cursor).join("")}`;
}

test("keys are told from text, and a paste may hold several lines", () => {
  assert.deepEqual(parseKeys("ls\r\x1b[Aé\x1b[1;5D\x1b[99~"), [
    { text: "ls" }, { key: "enter" }, { key: "up" }, { text: "é" }, { key: "wordLeft" },
  ]);
});

test("a line is edited as in bash", () => {
  assert.equal(edited("aws s3 ls", "wordLeft", "wordLeft"), "aws |s3 ls");
  assert.equal(edited("aws s3 ls", "home", "wordRight"), "aws| s3 ls");
  assert.equal(edited("a b/c", "killWord"), "a |");
  assert.equal(edited("abc", "left", "killToStart", "end", "yank"), "cab|");
  assert.equal(edited("abc", "left", "left", "killToEnd"), "a|");
  assert.equal(edited("a😀", "backspace", "backspace", "backspace"), "|");
  assert.equal(edited("abc", "home", "delete", "left"), "|bc");
});

test("history goes back and forth and keeps the draft", () => {
  const history = new History();
  for (const line of ["one", "two", "two", " "]) history.add(line);
  history.rewind("");
  assert.deepEqual([history.previous("draft"), history.previous("two"), history.previous("one")], ["two", "one", "one"]);
  assert.deepEqual([history.next("one"), history.next("two"), history.next("draft")], ["two", "draft", "draft"]);
});

test("characters are placed as the terminal places them", () => {
  assert.deepEqual(positionAfter([..."abc"], 2, 10), { row: 0, column: 5 });
  assert.deepEqual(positionAfter([..."abc"], 7, 10), { row: 1, column: 0 });
  assert.deepEqual(positionAfter([..."abcd"], 7, 10), { row: 1, column: 1 });
  assert.deepEqual(positionAfter([..."漢"], 9, 10), { row: 1, column: 2 });
  assert.deepEqual(positionAfter(["e", "\u0301"], 0, 10), { row: 0, column: 1 });
});
