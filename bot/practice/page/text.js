/**
 * A message's text with its entities as elements. Entities count UTF-16 units, which is what JavaScript's strings count
 * too. Foreign text only ever becomes a text node. Each paragraph finds its own direction.
 */
import { WORDS } from "./words.js";

const INLINE = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", spoiler: "span",
  text_link: "a", url: "a", mention: "b", text_mention: "b", hashtag: "b", bot_command: "b", phone_number: "b", email: "b",
};
const BLOCK = { blockquote: "blockquote", expandable_blockquote: "blockquote", pre: "pre" };
/** Telephone numbers and dates keep their order inside a right-to-left paragraph. */
const NUMBERS = /[+(]?\d[\d\s().\-–/]{3,}\d/g;

/** A fragment with the whole text. `entities` as the Bot API gives them. */
export function formatted(text, entities = []) {
  const fragment = document.createDocumentFragment();
  const blocks = entities.filter((entity) => entity.type in BLOCK).sort((a, b) => a.offset - b.offset);
  const inline = entities.filter((entity) => entity.type in INLINE).sort((a, b) => a.offset - b.offset || b.length - a.length);
  let at = 0;
  for (const block of blocks) {
    paragraphs(fragment, text, inline, at, block.offset);
    const quote = document.createElement(BLOCK[block.type]);
    paragraphs(quote, text, inline, block.offset, block.offset + block.length);
    fragment.append(block.type === "expandable_blockquote" ? folded(quote) : quote);
    at = block.offset + block.length;
  }
  paragraphs(fragment, text, inline, at, text.length);
  return fragment;
}

/** One paragraph a line, from `start` to `end`; empty lines at the edge of a block are its margin. */
function paragraphs(parent, text, inline, start, end) {
  while (start < end && text[start] === "\n") start += 1;
  while (end > start && text[end - 1] === "\n") end -= 1;
  while (start < end) {
    const newline = text.indexOf("\n", start);
    const stop = newline === -1 || newline > end ? end : newline;
    const line = document.createElement("p");
    line.dir = "auto";
    if (start === stop) line.className = "gap";
    else runs(line, text, inline, start, stop);
    parent.append(line);
    start = stop + 1;
  }
}

/** The text between `start` and `end` with the entities that lie in it; what overlaps is cut at the edges. */
function runs(parent, text, inline, start, end) {
  let at = start;
  for (let n = 0; n < inline.length; n += 1) {
    const entity = inline[n];
    const from = Math.max(entity.offset, at);
    const to = Math.min(entity.offset + entity.length, end);
    if (from >= to) continue;
    plain(parent, text.slice(at, from));
    const element = marked(entity, text.slice(entity.offset, entity.offset + entity.length));
    runs(element, text, inline.slice(n + 1), from, to);
    parent.append(element);
    at = to;
  }
  plain(parent, text.slice(at, end));
}

function marked(entity, covered) {
  const element = document.createElement(INLINE[entity.type]);
  element.className = entity.type;
  const address = entity.type === "url" ? covered : entity.url;
  if (element.tagName === "A" && /^https?:\/\//i.test(address)) {
    element.href = address;
    element.rel = "noreferrer noopener";
    element.target = "_blank";
  }
  return element;
}

function plain(parent, text) {
  let at = 0;
  for (const found of text.matchAll(NUMBERS)) {
    const number = document.createElement("bdi");
    number.textContent = found[0];
    parent.append(text.slice(at, found.index), number);
    at = found.index + found[0].length;
  }
  if (at < text.length) parent.append(text.slice(at));
}

/** A quote that shows three lines until it is opened; the button comes only where something is hidden. */
function folded(quote) {
  quote.className = "folded";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "fold";
  const show = (open) => {
    quote.classList.toggle("open", open);
    button.setAttribute("aria-expanded", String(open));
    button.textContent = open ? WORDS.less : WORDS.more;
  };
  button.addEventListener("click", () => show(button.getAttribute("aria-expanded") !== "true"));
  show(false);
  const whole = document.createElement("div");
  whole.className = "quoted";
  whole.append(quote, button);
  // Measured each time its width changes: a turned telephone folds elsewhere.
  new ResizeObserver(() => {
    if (!quote.classList.contains("open")) button.hidden = quote.scrollHeight <= quote.clientHeight + 1;
  }).observe(quote);
  return whole;
}
