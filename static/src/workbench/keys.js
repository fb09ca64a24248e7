// What a terminal sends for keys, as names.

const KEYS = {
  "\r": "enter",
  "\n": "enter",
  "\x7f": "backspace",
  "\b": "backspace",
  "\x1b[3~": "delete",
  "\x04": "endOfInput",
  "\x03": "interrupt",
  "\x0c": "clear",
  "\x1b[D": "left",
  "\x1bOD": "left",
  "\x02": "left",
  "\x1b[C": "right",
  "\x1bOC": "right",
  "\x06": "right",
  "\x1b[A": "up",
  "\x1bOA": "up",
  "\x10": "up",
  "\x1b[B": "down",
  "\x1bOB": "down",
  "\x0e": "down",
  "\x1b[H": "home",
  "\x1bOH": "home",
  "\x1b[1~": "home",
  "\x01": "home",
  "\x1b[F": "end",
  "\x1bOF": "end",
  "\x1b[4~": "end",
  "\x05": "end",
  "\x1b[1;5D": "wordLeft",
  "\x1b[1;3D": "wordLeft",
  "\x1bb": "wordLeft",
  "\x1b[1;5C": "wordRight",
  "\x1b[1;3C": "wordRight",
  "\x1bf": "wordRight",
  "\x0b": "killToEnd",
  "\x15": "killToStart",
  "\x17": "killWord",
  "\x1b\x7f": "killWord",
  "\x19": "yank",
};

const TOKEN = /\x1b\[[0-9;?]*[ -/]*[@-~]|\x1bO.|\x1b.|[\x00-\x1f\x7f]|[^\x00-\x1f\x7f]+/gsu;
const CONTROL = /^[\x00-\x1f\x7f]/;

/**
 * @param {string} data - as xterm.js hands it over; a paste may hold several lines
 * @returns {{key?: string, text?: string}[]} named keys and runs of text; unknown control sequences are left out
 */
export function parseKeys(data) {
  return (data.match(TOKEN) ?? []).flatMap((token) => {
    if (Object.hasOwn(KEYS, token)) return [{ key: KEYS[token] }];
    return CONTROL.test(token) ? [] : [{ text: token }];
  });
}
