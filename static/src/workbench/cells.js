// Where characters come to stand in a terminal of some width.

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const WITHOUT_WIDTH = /\p{Mn}|\p{Me}|\p{Cf}/u;

function widthOf(character) {
  if (WITHOUT_WIDTH.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/**
 * Row and column after some characters, counted from the row in which they start.
 * @param {string[]} characters
 * @param {number} startColumn
 * @param {number} columns - the terminal's width
 */
export function positionAfter(characters, startColumn, columns) {
  let row = 0;
  let column = startColumn;
  for (const character of characters) {
    const width = widthOf(character);
    if (column + width > columns) {
      row += 1;
      column = 0;
    }
    column += width;
  }
  return column === columns ? { row: row + 1, column: 0 } : { row, column };
}
