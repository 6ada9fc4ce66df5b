/** One message as the messenger shows it: a bubble, what it is, its time, and the keys under it. */
import { formatted } from "./text.js";
import { WORDS } from "./words.js";

/** An element with a class and a text; `text` is never read as HTML. */
export function make(tag, className = "", text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

export function button(className, text, act) {
  const made = make("button", className, text);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

/**
 * The element of a Bot API message. `acts` is what can be done with it: press(key, element), edit(), reply(); `own` is
 * whether it stands on the writer's side, `named` whether its author is shown.
 */
export function drawn(message, acts, { own, named }) {
  const service = told(message);
  if (service) return make("p", "service", service);
  const article = make("article", own ? "message mine" : "message");
  const bubble = make("div", "bubble");
  if (named) bubble.append(make("span", "who", message.sender_chat?.title ?? message.from.first_name));
  const origin = message.forward_origin;
  if (origin) bubble.append(make("span", "mark", `${WORDS.forwarded} ${WORDS.forwardedFrom[origin.type]}`));
  if (message.reply_to_message && !message.reply_to_message.forum_topic_created) bubble.append(replied(message.reply_to_message));
  bubble.append(content(message), meta(message, acts, own));
  article.append(bubble);
  if (message.reply_markup?.inline_keyboard) article.append(keys(message.reply_markup.inline_keyboard, acts));
  article.setAttribute("aria-label", `${message.from?.first_name ?? ""} ${clock(message.date)}`);
  return article;
}

/** What the messenger itself says: somebody came or left, a topic was opened or closed. */
function told(message) {
  if (message.new_chat_members) return WORDS.came(message.new_chat_members.map((user) => user.first_name).join(", "));
  if (message.left_chat_member) return WORDS.left(message.left_chat_member.first_name);
  if (message.forum_topic_created) return WORDS.opened(message.forum_topic_created.name);
  if (message.forum_topic_closed) return WORDS.closed;
  if (message.forum_topic_reopened) return WORDS.reopened;
  if (message.forum_topic_edited) return WORDS.renamed(message.forum_topic_edited.name ?? "");
  return null;
}

function replied(message) {
  const quote = make("blockquote", "replied", message.text ?? message.caption ?? kind(message));
  quote.dir = "auto";
  return quote;
}

function kind(message) {
  const found = Object.keys(WORDS.kinds).find((name) => name in message);
  return found ? WORDS.kinds[found] : WORDS.otherKind;
}

function content(message) {
  if (message.text !== undefined) return formatted(message.text, message.entities);
  const fragment = document.createDocumentFragment();
  fragment.append(make("p", "thing", `[${kind(message)}]`));
  if (message.caption) fragment.append(formatted(message.caption, message.caption_entities));
  return fragment;
}

function clock(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

/** Under the text: what can be done with the message, reactions, and the time. */
function meta(message, acts, own) {
  const line = make("div", "meta");
  line.append(button("", WORDS.reply, acts.reply));
  if (own && message.text !== undefined && !message.via_bot && !message.forward_origin) line.append(button("", WORDS.edit, acts.edit));
  if (message.edit_date) line.append(make("span", "", WORDS.edited));
  const time = make("time", "", clock(message.date));
  time.dateTime = new Date(message.date * 1000).toISOString();
  line.append(make("span", "reactions"), time);
  return line;
}

function keys(rows, acts) {
  const group = make("div", "keys");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", WORDS.keys);
  for (const row of rows) {
    const line = make("div");
    for (const key of row) {
      const made = key.url ? link(key) : button("", key.text, (event) => acts.press(key, event.currentTarget));
      made.dir = "auto";
      line.append(made);
    }
    group.append(line);
  }
  return group;
}

function link(key) {
  const made = make("a", "", key.text);
  if (/^https?:\/\//i.test(key.url)) made.href = key.url;
  made.target = "_blank";
  made.rel = "noreferrer noopener";
  return made;
}
