// The terminal on the page.

import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";
import { leaveKeysToBrowser } from "./browser-keys.js";
import { acceptKeylessText } from "./keyless-text.js";
import { followTheme } from "./theme.js";

const SCROLLBACK_LINES = 5000;

/**
 * Open a terminal in an element and keep it as large as that element.
 * @param {HTMLElement} element
 * @returns {Promise<Terminal>}
 */
export async function openTerminal(element) {
  const style = getComputedStyle(element);
  // xterm.js measures a character once: the font has to be there by then.
  await document.fonts.load(`${style.fontSize} ${style.fontFamily}`);
  const terminal = new Terminal({
    fontFamily: style.fontFamily,
    fontSize: Number.parseFloat(style.fontSize),
    lineHeight: 1.2,
    convertEol: true,
    cursorBlink: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    scrollback: SCROLLBACK_LINES,
    screenReaderMode: true,
    minimumContrastRatio: 4.5,
  });
  followTheme(terminal);
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.open(element);
  leaveKeysToBrowser(terminal);
  acceptKeylessText(terminal);
  new ResizeObserver(() => fit.fit()).observe(element);
  fit.fit();
  return terminal;
}
