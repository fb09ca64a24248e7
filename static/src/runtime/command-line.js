// What kind of command line this is, read off the shell's own parser.

const UNFINISHED = [/got EOF/, /unexpected EOF/, /unterminated here-document/];
const ENDS_OPEN = /(^|[^\\])(\\\\)*(\\|\|\||&&|\|)\s*$/;

/**
 * Whether the shell would wait for more lines.
 * @param {(text: string) => unknown} parse - throws when the text cannot be parsed
 * @param {string} text
 */
export function isUnfinished(parse, text) {
  try {
    parse(text);
  } catch (error) {
    return UNFINISHED.some((pattern) => pattern.test(error.message));
  }
  return ENDS_OPEN.test(withoutComment(text));
}

function withoutComment(text) {
  const lastLine = text.slice(text.lastIndexOf("\n") + 1);
  return lastLine.replace(/(^|\s)#.*$/, "");
}

/**
 * Whether the line is one simple command and nothing else: its output may go straight to the terminal, and it may
 * ask for input there.
 * @param {{statements: any[]}} script - the parser's tree
 */
export function isSingleCommand({ statements }) {
  if (statements.length !== 1) return false;
  const [{ pipelines, background }] = statements;
  if (background || pipelines.length !== 1 || pipelines[0].commands.length !== 1) return false;
  const [command] = pipelines[0].commands;
  return command.type === "SimpleCommand" && command.redirections.length === 0 && !pipelines[0].timed;
}
