/** Where one writes: the text, what can be chosen beside it, and the lists that open above it. */
import { button, make } from "./message.js";
import { WORDS } from "./words.js";

const INLINE_PAUSE_MS = 250;

/** A labelled choice; `options` are pairs of a value and its words. */
export function choice(label, options, value, changed) {
  const select = make("select");
  for (const [name, words] of options) select.append(new Option(words, name, false, name === value));
  if (changed) select.addEventListener("change", () => changed(select.value));
  const whole = make("label", "", label);
  whole.append(select);
  return { whole, select };
}

export class Composer {
  /**
   * `act(what)` does it and tells whether it was taken; `commands()` are the bot's commands, none for a group;
   * `username` is the bot's, for inline results; `kinds` is whether other things than text can be sent.
   */
  constructor({ label, act, commands, username, kinds }) {
    Object.assign(this, { act, commands, username });
    this.form = make("form", "composer");
    this.form.autocomplete = "off";
    this.above = make("div", "above");
    this.above.hidden = true;
    this.options = make("div", "options");
    this.text = make("textarea");
    Object.assign(this.text, { rows: 1, dir: "auto", maxLength: 4096, placeholder: label, ariaLabel: label, enterKeyHint: "send" });
    this.line = make("div", "line");
    if (commands) this.line.append(this.opener("/", WORDS.commands, () => this.listCommands("")));
    if (kinds) this.line.append(this.opener("+", WORDS.attach, () => this.listKinds()));
    const send = make("button", "round send", "➤");
    send.ariaLabel = WORDS.send;
    this.line.append(this.text, send);
    this.form.append(this.above, this.options, this.line);
    this.form.addEventListener("submit", (event) => this.submitted(event));
    this.form.addEventListener("keydown", (event) => this.key(event));
    this.text.addEventListener("input", () => this.typed());
  }

  opener(sign, label, open) {
    const made = button("round", sign, () => {
      if (this.above.hidden || this.opened !== made) open();
      else this.close();
      this.opened = made;
    });
    made.ariaLabel = label;
    made.title = label;
    return made;
  }

  /** Write `text` anew for a message (editing), or in reply to one. */
  concern(message, how) {
    this.concerned = { message, how };
    if (how === "edit") this.text.value = message.text;
    const line = make("p");
    const said = how === "edit" ? WORDS.editing : `${WORDS.replying} ${(message.text ?? WORDS.otherKind).slice(0, 60)}`;
    line.append(make("span", "", said), button("quiet", WORDS.stop, () => this.stop()));
    this.above.replaceChildren(line);
    this.above.hidden = false;
    this.text.focus();
  }

  stop() {
    this.forgo();
    this.text.focus();
  }

  /** No longer about a message, and no list open. */
  forgo() {
    if (this.concerned?.how === "edit") this.text.value = "";
    this.concerned = null;
    this.close();
  }

  close() {
    if (!this.concerned) this.above.hidden = true;
  }

  async submitted(event) {
    event.preventDefault();
    const text = this.text.value.trim();
    if (!text) return;
    const about = this.concerned;
    this.text.value = "";
    this.concerned = null;
    this.close();
    const number = about?.message.message_id;
    const what = about?.how === "edit" ? { do: "edit", message: number } : { do: "say", ...(about ? { reply_to: number } : {}) };
    if (!(await this.act({ ...what, text }))) this.text.value ||= text;
  }

  key(event) {
    if (event.key === "Escape" && !this.above.hidden) {
      event.stopPropagation();
      this.stop();
    } else if (event.target === this.text && event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.form.requestSubmit();
    } else if (["ArrowUp", "ArrowDown"].includes(event.key) && !this.above.hidden) {
      this.move(event, event.key === "ArrowUp" ? -1 : 1);
    }
  }

  /** Up and down through the list that is open, and from its end back to the text. */
  move(event, step) {
    const items = [...this.above.querySelectorAll(":scope > button")];
    const at = items.indexOf(document.activeElement);
    if (!items.length || (at === -1 && this.text.value.includes("\n"))) return;
    event.preventDefault();
    const to = at === -1 ? (step < 0 ? items.length - 1 : 0) : at + step;
    (items[to] ?? this.text).focus();
  }

  typed() {
    const begun = /^\/(\w*)$/.exec(this.text.value);
    const asked = new RegExp(`^@${this.username}\\s+(.*)$`, "is").exec(this.text.value);
    clearTimeout(this.timer);
    if (begun && this.commands) this.listCommands(begun[1]);
    else if (asked) this.timer = setTimeout(() => this.act({ do: "inline", query: asked[1] }), INLINE_PAUSE_MS);
    else if (!this.concerned) this.close();
  }

  /** Show a list; each item is [head, tail, act]. An item closes it and gives the focus back. */
  list(label, items) {
    this.concerned = null;
    this.above.setAttribute("aria-label", label);
    this.above.setAttribute("role", "group");
    this.above.replaceChildren(
      ...items.map(([head, tail, act]) => {
        const item = button("", `${head} `, () => {
          this.close();
          this.text.focus();
          act();
        });
        item.dir = "auto";
        item.append(make("small", "", tail));
        return item;
      }),
    );
    if (!items.length) this.above.append(make("p", "", WORDS.noCommands));
    this.above.hidden = false;
  }

  listCommands(begun) {
    const fitting = this.commands().filter((command) => command.command.startsWith(begun));
    if (begun && !fitting.length) return this.close();
    this.list(WORDS.commands, fitting.map((command) => [`/${command.command}`, command.description, () => {
      this.text.value = "";
      this.act({ do: "say", text: `/${command.command}` });
    }]));
  }

  listKinds() {
    this.list(WORDS.attach, Object.entries(WORDS.kinds).map(([kind, words]) => [words, "", () => this.act({ do: "send", kind })]));
  }

  /** Results of an inline query, to choose one. */
  listResults(query, results) {
    if (!results.length) return this.close();
    this.list(WORDS.results, results.map((result) => [result.title ?? "", result.description ?? "", () => {
      this.text.value = "";
      this.act({ do: "choose", query, result: result.id });
    }]));
  }
}
