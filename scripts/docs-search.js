// Finds pages and headings of the documentation by their words; nothing leaves the page. The index is search-index.js beside this file.
const MOST = 12;

const form = document.querySelector("form.find");
const input = form.querySelector("input");
const list = form.querySelector("ul");
const status = form.querySelector("[role=status]");
const up = form.dataset.up;
let index;

form.hidden = false;
form.addEventListener("submit", (event) => {
  event.preventDefault();
  list.querySelector("a")?.click();
});
input.addEventListener("input", show);
input.addEventListener("focus", load, { once: true });
form.addEventListener("keydown", (event) => {
  const links = [...list.querySelectorAll("a")];
  const at = links.indexOf(document.activeElement);
  if (event.key === "Escape") {
    input.value = "";
    input.focus();
    show();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const next = at + (event.key === "ArrowDown" ? 1 : -1);
    (links[next] ?? input).focus();
  }
});
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest?.("input, select, textarea, watertight-viewer");
  if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  input.focus();
});

async function load() {
  index ??= (await import("./search-index.js")).default;
  show();
}

function show() {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = words.length === 0 || !index ? [] : best(words);
  list.replaceChildren(...found.slice(0, MOST).map(item));
  if (words.length === 0) status.textContent = "";
  else status.textContent = found.length === 0 ? "Nothing found" : `${found.length} found`;
}

/** Entries that have every word, the best first: in a page's title before a heading, at the start of a word before within one. */
function best(words) {
  const ranked = index.flatMap((entry, at) => {
    const [title, heading = ""] = entry;
    const ranks = words.map((word) => Math.max(rankIn(heading, word) * 2, rankIn(title, word) * (heading ? 1 : 3)));
    return ranks.includes(0) ? [] : [{ entry, at, rank: ranks.reduce((sum, rank) => sum + rank, 0) }];
  });
  return ranked.sort((a, b) => b.rank - a.rank || a.at - b.at).map(({ entry }) => entry);
}

function rankIn(text, word) {
  const at = text.toLowerCase().indexOf(word);
  if (at === -1) return 0;
  return at === 0 || /[^\p{L}\p{N}]/u.test(text[at - 1]) ? 2 : 1;
}

function item([title, heading, url]) {
  const link = document.createElement("a");
  link.href = `${up}/${url}`;
  link.append(heading || title);
  if (heading) {
    const where = document.createElement("small");
    where.append(title);
    link.append(where);
  }
  const row = document.createElement("li");
  row.append(link);
  return row;
}
