/** One conversation: a person's chat with the bot, or one topic of the group. Holds its messages and its log. */
import { button, drawn, make } from "./message.js";
import { WORDS } from "./words.js";

const TYPING_MS = 5000;

export class Thread {
  /** `acts(message)` is what can be done with a message; `viewer()` the id of who looks, whose messages stand right. */
  constructor({ label, acts, viewer, named }) {
    this.acts = acts;
    this.viewer = viewer;
    this.named = named;
    this.messages = new Map();
    this.elements = new Map();
    this.log = make("div", "log");
    this.log.setAttribute("role", "log");
    this.log.setAttribute("aria-live", "polite");
    this.log.setAttribute("aria-label", label);
    this.log.tabIndex = 0;
    this.down = button("round down", "↓", () => (this.log.scrollTop = this.log.scrollHeight));
    this.down.ariaLabel = WORDS.down;
    this.place = make("div", "place");
    this.place.append(this.log, this.down);
    this.log.addEventListener("scroll", () => {
      this.held = Math.abs(this.log.scrollTop - this.aim) < 4;
      this.look();
    });
    // A turned telephone, or one whose keyboard opens: what was in view stays in view.
    new ResizeObserver(() => this.held && this.follow()).observe(this.log);
    this.dots = make("div", "message typing");
    this.dots.setAttribute("role", "img");
    this.dots.setAttribute("aria-label", WORDS.typing);
    this.dots.append(make("span"), make("span"), make("span"));
  }

  /** A new message, or another content of one that is there. */
  show(message) {
    const own = message.from?.id === this.viewer();
    const element = drawn(message, this.acts(message), { own, named: this.named && !own });
    const before = this.elements.get(message.message_id);
    this.messages.set(message.message_id, message);
    this.elements.set(message.message_id, element);
    if (before) {
      const focused = focusedKey(before);
      before.replaceWith(element);
      (focused && element.querySelectorAll(".keys button")[focused.at])?.focus();
      return;
    }
    this.rested();
    if (this.empty) this.empty.remove();
    this.log.append(element);
    if (own) this.last = element;
    this.follow();
  }

  remove(number) {
    this.elements.get(number)?.remove();
    this.elements.delete(number);
    this.messages.delete(number);
  }

  react(number, reactions) {
    const place = this.elements.get(number)?.querySelector(".reactions");
    if (place) place.textContent = reactions.map((reaction) => reaction.emoji ?? "").join("");
  }

  typing() {
    clearTimeout(this.timer);
    this.log.append(this.dots);
    this.timer = setTimeout(() => this.rested(), TYPING_MS);
    this.follow();
  }

  rested() {
    clearTimeout(this.timer);
    this.dots.remove();
  }

  /** To the end, but never past what she wrote last: a long reply is read from its start. */
  follow() {
    const bottom = this.log.scrollHeight - this.log.clientHeight;
    const start = this.last ? this.last.offsetTop - this.log.offsetTop - 12 : bottom;
    this.aim = Math.min(bottom, start);
    this.log.scrollTop = this.aim;
    this.held = true;
    this.look();
  }

  /** The way down is shown where there is more below. */
  look() {
    const left = this.log.scrollHeight - this.log.clientHeight - this.log.scrollTop;
    this.down.hidden = left < 40;
  }

  /** Drawn again where another person looks: her messages change sides. */
  redraw() {
    for (const message of this.messages.values()) {
      const own = message.from?.id === this.viewer();
      const element = drawn(message, this.acts(message), { own, named: this.named && !own });
      this.elements.get(message.message_id).replaceWith(element);
      this.elements.set(message.message_id, element);
    }
  }
}

function focusedKey(element) {
  const at = [...element.querySelectorAll(".keys button")].indexOf(document.activeElement);
  return at === -1 ? null : { at };
}
