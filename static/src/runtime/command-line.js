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

const SUBSTITUTIONS = /"type":"(Command|Process)Substitution"/;

/**
 * Whether the line is one call of a program and nothing else: its output may go straight to the terminal, and it may
 * ask for input there.
 * @param {{statements: any[]}} script - the parser's tree
 * @param {string[]} programs - names of the programs in question
 */
export function isSingleCall({ statements }, programs) {
  if (statements.length !== 1 || statements[0].background) return false;
  const [pipeline, ...others] = statements[0].pipelines;
  if (others.length > 0 || pipeline.commands.length !== 1 || pipeline.timed) return false;
  const [command] = pipeline.commands;
  if (command.type !== "SimpleCommand" || command.redirections.length > 0) return false;
  // What runs inside of `$(…)` must not write to the terminal, even when it is the same program.
  return programs.includes(literalText(command.name)) && !SUBSTITUTIONS.test(JSON.stringify(command));
}

/** The text of a word without anything to expand, else undefined. */
function literalText(word) {
  const [part, ...others] = word?.parts ?? [];
  return others.length === 0 && part?.type === "Literal" ? part.value : undefined;
}
