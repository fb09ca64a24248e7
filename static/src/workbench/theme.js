// The terminal's colours come from the page's custom properties, in light and in dark.

const FALLBACK = {
  "--well": "#f4f1ea",
  "--ink": "#1f2421",
  "--ink-2": "#59615c",
  "--signal": "#0b6b6b",
  "--ok": "#2c6e2f",
  "--warn": "#8a5a00",
  "--bad": "#a3271f",
};

/** The colours as the browser computes them: a property may refer to others. */
function readColours() {
  const probe = document.createElement("span");
  document.body.append(probe);
  const colours = Object.fromEntries(
    Object.entries(FALLBACK).map(([name, fallback]) => {
      probe.style.color = `var(${name}, ${fallback})`;
      return [name.slice(2), getComputedStyle(probe).color];
    }),
  );
  probe.remove();
  return colours;
}

function terminalTheme({ well, ink, "ink-2": quiet, signal, ok, warn, bad }) {
  return {
    background: well,
    foreground: ink,
    cursor: signal,
    cursorAccent: well,
    selectionBackground: signal,
    selectionForeground: well,
    selectionInactiveBackground: quiet,
    black: quiet,
    brightBlack: quiet,
    red: bad,
    brightRed: bad,
    green: ok,
    brightGreen: ok,
    yellow: warn,
    brightYellow: warn,
    blue: signal,
    brightBlue: signal,
    magenta: signal,
    brightMagenta: signal,
    cyan: signal,
    brightCyan: signal,
    white: ink,
    brightWhite: ink,
  };
}

/**
 * Give a terminal the page's colours, now and whenever they change.
 * @param {import("@xterm/xterm").Terminal} terminal
 */
export function followTheme(terminal) {
  const apply = () => (terminal.options.theme = terminalTheme(readColours()));
  apply();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", apply);
  new MutationObserver(apply).observe(document.documentElement, { attributeFilter: ["data-theme", "class", "style"] });
}
