/** The pane of the people: each has a tab, a chat with the bot, and an app in her own language. */
import { Composer, choice } from "./composer.js";
import { button, make } from "./message.js";
import { Tabs } from "./tabs.js";
import { Thread } from "./thread.js";
import { WORDS } from "./words.js";

export class People {
  /** `world` is the server's greeting: people, languages, what the bot says about itself, things to try. */
  constructor({ act, press, world, seen, changed }, current) {
    Object.assign(this, { act, press, world, seen, changed, people: new Map() });
    const list = document.querySelector("#people .tabs");
    list.id = "people-tabs";
    list.replaceChildren();
    for (const panel of document.querySelectorAll("#people > [role=tabpanel]")) panel.remove();
    this.tabs = new Tabs(list, (id) => this.chosen(id));
    for (const person of world.people) this.add(person);
    if (this.people.has(current)) this.tabs.select(current);
  }

  get current() {
    return this.tabs.current;
  }

  /** Put a person's chat in front, as soon as she is there. */
  select(id) {
    this.wanted = id;
    if (this.people.has(id)) this.tabs.select(id);
  }

  add(person) {
    const thread = new Thread({
      label: WORDS.chat(person.first_name),
      viewer: () => person.id,
      acts: (message) => ({
        press: (key, element) => this.press(key, person.id, message, person.id, element),
        edit: () => composer.concern(message, "edit"),
        reply: () => composer.concern(message, "reply"),
      }),
    });
    const made = { person, thread };
    const composer = this.composer(made);
    made.composer = composer;
    this.people.set(person.id, made);
    const panel = make("div", "panel");
    panel.append(thread.place, composer.form);
    document.querySelector("#people").append(panel);
    this.greet(made);
    this.tabs.add(person.id, person.first_name, panel);
    if (this.wanted === person.id) this.tabs.select(person.id);
  }

  composer(made) {
    const forwards = [["", WORDS.notForwarded], ...Object.entries(WORDS.forwardedFrom)];
    const forwarded = choice(WORDS.forwarded, forwards, "");
    const change = (language) => {
      made.person.language_code = language;
      this.greet(made);
      return this.act({ do: "language", person: made.person.id, language });
    };
    const language = choice(WORDS.language, this.world.languages, made.person.language_code, change);
    const composer = new Composer({
      label: WORDS.write,
      username: this.world.bot.username,
      kinds: true,
      commands: () => ofLanguage(this.world.profile.commands, made.person.language_code) ?? [],
      act: (what) => {
        const from = forwarded.select.value;
        if (["say", "send"].includes(what.do)) {
          forwarded.select.value = "";
          return this.act({ ...what, person: made.person.id, ...(from ? { forwarded: from } : {}) });
        }
        return this.act({ ...what, person: made.person.id, chat: made.person.id });
      },
    });
    composer.options.append(language.whole, forwarded.whole);
    return composer;
  }

  /** What a chat shows before its first message: what the bot says about itself, and what to try. */
  greet({ thread, person }) {
    if (thread.messages.size) return;
    thread.empty?.remove();
    const say = (text) => this.act({ do: "say", person: person.id, text });
    const card = make("div", "empty");
    const about = make("p", "", ofLanguage(this.world.profile.descriptions, person.language_code) ?? "");
    about.dir = "auto";
    card.append(about, make("p", "", WORDS.empty), button("primary", WORDS.start, () => say("/start")), make("p", "try", WORDS.try));
    card.append(...this.world.try.map((text) => button("", text, () => say(text))));
    thread.empty = card;
    thread.log.append(card);
  }

  profile({ profile }) {
    this.world.profile = profile;
    for (const made of this.people.values()) this.greet(made);
  }

  chosen(id) {
    this.people.get(id).thread.follow();
    this.changed();
  }

  show({ chat, message, old }) {
    this.people.get(chat).thread.show(message);
    if (!old && !message.edit_date) {
      this.tabs.news(chat, this.seen("people"));
      this.changed();
    }
  }

  remove({ chat, message_id }) {
    this.people.get(chat).thread.remove(message_id);
  }

  react({ chat, message_id, reaction }) {
    this.people.get(chat).thread.react(message_id, reaction);
  }

  typing({ chat }) {
    this.people.get(chat).thread.typing();
  }

  inline({ person, query, results }) {
    this.people.get(person).composer.listResults(query, results);
  }
}

/** What the bot has set for a language, else for everybody. */
function ofLanguage(set, language) {
  return set[language] ?? set[""];
}
