// Try-it blocks: "Run" types the command into the terminal, "Copy" puts it on the clipboard.

const TOLD_FOR = 1500;

export function attachTry(block) {
  const text = block.querySelector("[data-command]").textContent;
  const run = block.querySelector("[data-run]");
  const copy = block.querySelector("[data-copy]");

  run.hidden = !document.querySelector("[data-terminal]");
  run.addEventListener("click", () => {
    document.dispatchEvent(new CustomEvent("entrypoint:type", { detail: { text } }));
  });

  copy.hidden = !navigator.clipboard;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    copy.textContent = "Copied";
    setTimeout(() => (copy.textContent = "Copy"), TOLD_FOR);
  });
}
