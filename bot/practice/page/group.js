/** The pane of the volunteers' group: its topics, its members, and one of them who writes. */
import { Composer, choice } from "./composer.js";
import { make } from "./message.js";
import { Tabs } from "./tabs.js";
import { Thread } from "./thread.js";
import { WORDS } from "./words.js";

const GENERAL = 0;
const sheet = document.querySelector("#group details");

/** The list of members closes where one goes elsewhere. */
function closeSheet(event) {
  if (event.key === "Escape" || (event.type === "click" && !sheet.contains(event.target))) sheet.open = false;
}
document.addEventListener("click", closeSheet);
document.addEventListener("keydown", closeSheet);

export class Group {
  constructor({ act, press, world, seen, changed }, people) {
    Object.assign(this, { act, press, people, seen, changed, id: world.group.id, threads: new Map() });
    const section = document.querySelector("#group");
    const list = section.querySelector(".tabs");
    list.id = "group-tabs";
    list.replaceChildren();
    for (const old of section.querySelectorAll(":scope > [role=tabpanel], :scope > form")) old.remove();
    this.tabs = new Tabs(list, (topic) => this.chosen(topic));
    this.composer = new Composer({ label: WORDS.writeGroup, username: world.bot.username, act: (what) => this.do(what) });
    this.writer = choice(WORDS.writeAs, [], "", () => this.redraw());
    this.composer.options.append(this.writer.whole);
    section.append(this.composer.form);
    this.topic({ topic: GENERAL, name: WORDS.general });
    this.threads.get(GENERAL).log.append(make("div", "empty", WORDS.emptyGroup(world.bot.username)));
    for (const { message_thread_id: topic, name } of world.group.topics) this.topic({ topic, name });
    this.members(world.group.members);
  }

  do(what) {
    const topic = this.tabs.current === GENERAL ? {} : { topic: this.tabs.current };
    return this.act({ ...what, person: Number(this.writer.select.value), chat: this.id, ...(what.do === "edit" ? {} : topic) });
  }

  /** A topic that is new, has another name, or is gone. */
  topic({ topic, name, deleted }) {
    if (deleted) return this.drop(topic);
    if (this.threads.has(topic)) return this.tabs.rename(topic, name);
    const thread = new Thread({
      label: `${WORDS.group}: ${name}`,
      named: true,
      viewer: () => Number(this.writer.select.value),
      acts: (message) => ({
        press: (key, element) => this.press(key, this.id, message, Number(this.writer.select.value), element),
        edit: () => this.composer.concern(message, "edit"),
        reply: () => this.composer.concern(message, "reply"),
      }),
    });
    const panel = make("div", "panel");
    panel.append(thread.place);
    this.composer.form.before(panel);
    this.threads.set(topic, thread);
    this.tabs.add(topic, name, panel);
  }

  drop(topic) {
    this.threads.delete(topic);
    this.tabs.remove(topic);
    this.changed();
  }

  /** Who is in the group: `members` are ids. Everybody can be let in or out; those inside can write. */
  members(members = this.inside) {
    this.inside = members;
    const inside = new Set(members);
    const list = sheet.querySelector(".sheet");
    const before = this.writer.select.value;
    this.writer.select.replaceChildren();
    list.replaceChildren();
    for (const { person } of this.people.people.values()) {
      const tick = make("input");
      tick.type = "checkbox";
      tick.checked = inside.has(person.id);
      tick.addEventListener("change", () => this.act({ do: tick.checked ? "join" : "leave", person: person.id }));
      const label = make("label");
      label.append(tick, person.first_name);
      list.append(label);
      if (tick.checked) this.writer.select.append(new Option(person.first_name, person.id, false, String(person.id) === before));
    }
    this.composer.text.disabled = !this.writer.select.length;
    this.composer.text.placeholder = this.writer.select.length ? WORDS.writeGroup : WORDS.nobody;
    if (this.writer.select.value !== before) this.redraw();
  }

  redraw() {
    for (const thread of this.threads.values()) thread.redraw();
  }

  at(topic) {
    return this.threads.get(topic ?? GENERAL) ?? this.threads.get(GENERAL);
  }

  chosen(topic) {
    this.composer.forgo();
    this.threads.get(topic).follow();
    this.changed();
  }

  show({ topic, message, old }) {
    const opened = message.forum_topic_created;
    if (opened && topic !== null) this.topic({ topic, name: opened.name });
    this.at(topic).show(message);
    if (!old && !message.edit_date) {
      this.tabs.news(topic ?? GENERAL, this.seen("group"));
      this.changed();
    }
  }

  remove({ topic, message_id }) {
    this.at(topic).remove(message_id);
  }

  react({ topic, message_id, reaction }) {
    this.at(topic).react(message_id, reaction);
  }

  typing({ topic }) {
    this.at(topic).typing();
  }

  inline({ query, results }) {
    this.composer.listResults(query, results);
  }
}
