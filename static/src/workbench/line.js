// The line being typed: text and cursor, nothing of how it is drawn.

const isWordCharacter = (character) => /[\p{L}\p{N}_]/u.test(character);

/** A line of text with a cursor in it, in characters (code points). */
export class Line {
  constructor(text = "") {
    this.set(text);
    this.killed = "";
  }

  get text() {
    return this.characters.join("");
  }

  /** Replace the text; the cursor goes to its end. */
  set(text) {
    this.characters = [...text];
    this.cursor = this.characters.length;
  }

  insert(text) {
    const added = [...text];
    this.characters.splice(this.cursor, 0, ...added);
    this.cursor += added.length;
  }

  left() {
    this.cursor = Math.max(0, this.cursor - 1);
  }

  right() {
    this.cursor = Math.min(this.characters.length, this.cursor + 1);
  }

  home() {
    this.cursor = 0;
  }

  end() {
    this.cursor = this.characters.length;
  }

  wordLeft() {
    this.cursor = this.#boundary(-1, isWordCharacter);
  }

  wordRight() {
    this.cursor = this.#boundary(1, isWordCharacter);
  }

  backspace() {
    this.#remove(this.cursor - 1, this.cursor);
  }

  delete() {
    this.#remove(this.cursor, this.cursor + 1);
  }

  killToEnd() {
    this.#kill(this.cursor, this.characters.length);
  }

  killToStart() {
    this.#kill(0, this.cursor);
  }

  /** Up to the space before, as Ctrl-W does. */
  killWord() {
    this.#kill(this.#boundary(-1, (character) => character !== " "), this.cursor);
  }

  /** Put back what was killed last. */
  yank() {
    this.insert(this.killed);
  }

  #boundary(step, isInside) {
    const next = step < 0 ? -1 : 0;
    const has = (position) => position + next >= 0 && position + next < this.characters.length;
    let position = this.cursor;
    while (has(position) && !isInside(this.characters[position + next])) position += step;
    while (has(position) && isInside(this.characters[position + next])) position += step;
    return position;
  }

  #kill(from, to) {
    this.killed = this.#remove(from, to);
  }

  #remove(from, to) {
    if (from < 0) return "";
    const removed = this.characters.splice(from, to - from);
    this.cursor = Math.min(from, this.characters.length);
    return removed.join("");
  }
}
