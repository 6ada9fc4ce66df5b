/** The page: what is seen comes as events from the server, what people do goes back as acts. */
import { People } from "./people.js";
import { Group } from "./group.js";
import { button, make } from "./message.js";
import { badge } from "./tabs.js";
import { WORDS } from "./words.js";

const TOAST_MS = 4000;
const find = (selector) => document.querySelector(selector);
let people;
let group;
let toastTimer;

/** Do something; who or what is new by it, or null where the server refused it, which is said. */
async function act(what) {
  try {
    const answer = await fetch("act", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(what),
    });
    const result = await answer.json();
    if (!answer.ok) toast(`${WORDS.refused} ${result.error}`);
    return answer.ok ? result : null;
  } catch {
    gone();
    return null;
  }
}

function toast(text) {
  const place = find("#toast");
  clearTimeout(toastTimer);
  place.textContent = text;
  toastTimer = setTimeout(() => toast(""), TOAST_MS);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(WORDS.copied(text));
  } catch {
    toast(WORDS.notCopied(text));
  }
}

/** A key under a message: copies here, or is pressed for the bot to hear. */
function press(key, chat, message, person, element) {
  if (key.copy_text) return copy(key.copy_text.text);
  if (key.callback_data === undefined) return undefined;
  element.setAttribute("aria-busy", "true");
  setTimeout(() => element.removeAttribute("aria-busy"), 1500);
  return act({ do: "press", person, chat, message: message.message_id, data: key.callback_data });
}

const HEARD = {
  hello(event) {
    status(event.profile);
    const tools = { act, press, world: event, seen, changed: count };
    people = new People(tools, people?.current);
    group = new Group(tools, people);
    for (const message of event.messages) HEARD.message({ message, chat: message.chat.id, topic: message.message_thread_id ?? null, old: true });
    for (const reaction of event.reactions) HEARD.reaction(reaction);
    count();
  },
  person: (event) => {
    people.add(event.person);
    group.members();
  },
  members: (event) => group.members(event.members),
  profile: (event) => {
    status(event.profile);
    people.profile(event);
  },
  message: (event) => at(event)?.show(event),
  edit: (event) => at(event)?.show(event),
  delete: (event) => at(event)?.remove(event),
  reaction: (event) => at(event)?.react(event),
  typing: (event) => at(event)?.typing(event),
  topic: (event) => group.topic(event),
  inline: (event) => (document.activeElement === group.composer.text ? group : people).inline(event),
  toast: (event) => event.text && toast(event.text),
};

/** The bot tells its commands when it has read everything. */
function status(profile) {
  find("#state").className = "";
  find("#state").textContent = Object.keys(profile.commands).length ? "" : WORDS.learning;
}

function gone() {
  find("#state").className = "gone";
  find("#state").textContent = WORDS.gone;
}

function at(event) {
  return event.chat === group.id ? group : people;
}

/** Whether a pane is in view: on a telephone one of the two is. */
function seen(pane) {
  return getComputedStyle(document.getElementById(pane)).display !== "none";
}

function count() {
  if (!group) return; // while the page is being built
  for (const made of document.querySelectorAll("#panes button")) {
    badge(made.querySelector(".count"), (made.dataset.pane === "people" ? people : group).tabs.unread);
  }
}

function buildPanes() {
  for (const pane of ["people", "group"]) {
    const made = button("", WORDS[pane], () => show(pane));
    made.dataset.pane = pane;
    made.append(make("span", "count"));
    find("#panes").append(made);
  }
  show("people");
}

function show(pane) {
  document.body.dataset.pane = pane;
  for (const made of document.querySelectorAll("#panes button")) made.setAttribute("aria-current", String(made.dataset.pane === pane));
  const shown = pane === "people" ? people : group;
  if (shown) shown.tabs.select(shown.tabs.current);
}

function switchTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
}

function askForPerson() {
  const dialog = find("#person");
  dialog.querySelector("form").reset();
  dialog.showModal();
}

for (const element of document.querySelectorAll("[data-word]")) element.textContent = WORDS[element.dataset.word];
for (const element of document.querySelectorAll("[data-label]")) element.ariaLabel = WORDS[element.dataset.label];
buildPanes();
find("#theme").addEventListener("click", switchTheme);
find("#add").addEventListener("click", askForPerson);
find("#person [value=stop]").addEventListener("click", () => find("#person").close());
find("#person form").addEventListener("submit", async (event) => {
  const made = await act({ do: "person", name: new FormData(event.target).get("name") });
  if (made) people.select(made.person);
});

const events = new EventSource("events");
events.addEventListener("message", (event) => {
  const told = JSON.parse(event.data);
  HEARD[told.event]?.(told);
});
events.addEventListener("error", gone);
