// Light or dark: the system's choice until the learner makes one; kept in a cookie, so that the server sends it at once.

const YEAR = 60 * 60 * 24 * 365;

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function show(button) {
  button.setAttribute("aria-pressed", String(isDark()));
}

export function attachTheme(button) {
  button.hidden = false;
  show(button);
  button.addEventListener("click", () => {
    const theme = isDark() ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    document.cookie = `theme=${theme}; path=/; max-age=${YEAR}; samesite=lax`;
    show(button);
    document.dispatchEvent(new CustomEvent("entrypoint:theme", { detail: { theme } }));
  });
}
