// Single keys for agents: j k move, Enter opens, / finds, c creates, r answers, n notes, v accepts, x rejects,
// a figure chooses a name, ? lists them.
// They can be turned off (WCAG 2.1.4); the choice stays in this browser. Nothing here is needed to work.
const STORE = "cartable-keys";
const isOff = () => localStorage.getItem(STORE) === "off";
const isTyping = (element) => element.closest("input:not([type=radio]), textarea, select, [contenteditable]");
const rows = () => [...document.querySelectorAll("[data-row]")];

function step(by) {
  const links = rows();
  const here = links.indexOf(document.activeElement);
  const next = links[Math.min(Math.max(here + by, 0), links.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function write(asNote) {
  const field = document.querySelector("#answer textarea");
  if (!field) return;
  document.querySelector("#answer").classList.toggle("is-note", asNote);
  field.focus();
  field.scrollIntoView({ block: "center" });
}

function toggleHelp() {
  const help = document.querySelector("#keys-help");
  if (!help) return;
  help.open = !help.open;
  if (help.open) help.querySelector("summary").focus();
}

const press = (key) => document.querySelector(`[data-key="${key}"]`);
const acts = {
  j: () => step(1),
  k: () => step(-1),
  r: () => write(false),
  n: () => write(true),
  "/": () => press("/")?.focus(),
  c: () => press("c")?.click(),
  v: () => press("v")?.click(),
  x: () => press("x")?.focus(),
  "?": toggleHelp,
};

// A figure chooses among the names of « Whose name is circled? », where that is asked.
function choose(rank) {
  const choices = document.querySelectorAll("input[type=radio][data-key=choice]");
  if (choices[rank - 1]) choices[rank - 1].checked = true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || isOff()) return;
  if (/^[1-9]$/.test(event.key)) choose(Number(event.key));
  if (!acts[event.key]) return;
  event.preventDefault();
  acts[event.key]();
});

// On the list of reasons a figure chooses one, and Enter rejects: ten scans a minute without the mouse.
press("x")?.addEventListener("keydown", (event) => {
  if (event.key === "Enter") {
    event.preventDefault();
    if (event.target.value !== "") press("reject").click();
  } else if (/^[1-9]$/.test(event.key) && event.target.options[event.key]) {
    event.preventDefault();
    event.target.selectedIndex = Number(event.key);
  }
});

const button = document.querySelector("[data-keys-switch]");
if (button) {
  const show = () => { button.textContent = isOff() ? button.dataset.off : button.dataset.on; };
  button.hidden = false;
  show();
  button.addEventListener("click", () => {
    localStorage.setItem(STORE, isOff() ? "on" : "off");
    show();
  });
}
