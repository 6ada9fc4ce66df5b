/** Tabs with their panels: click, arrow keys, Home and End; a count where something new came in the meantime. */
import { make } from "./message.js";
import { WORDS } from "./words.js";

export class Tabs {
  /** `list` is the element with role tablist; `chosen(id)` is told of each change. */
  constructor(list, chosen) {
    Object.assign(this, { list, chosen, tabs: new Map() });
    list.onkeydown = (event) => this.key(event);
  }

  add(id, label, panel) {
    const tab = make("button");
    const count = make("span", "count");
    count.hidden = true;
    tab.type = "button";
    tab.id = `tab-${this.list.id}-${id}`;
    tab.setAttribute("role", "tab");
    tab.append(make("bdi", "", label), count);
    tab.addEventListener("click", () => this.select(id));
    panel.id = `panel-${this.list.id}-${id}`;
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    tab.setAttribute("aria-controls", panel.id);
    this.tabs.set(id, { tab, panel, count, unread: 0 });
    this.list.append(tab);
    if (this.current === undefined) this.select(id);
    else this.show();
  }

  select(id) {
    this.current = id;
    this.tabs.get(id).unread = 0;
    this.show();
    this.chosen(id);
  }

  remove(id) {
    const { tab, panel } = this.tabs.get(id);
    tab.remove();
    panel.remove();
    this.tabs.delete(id);
    if (this.current === id) this.select([...this.tabs.keys()][0]);
  }

  rename(id, label) {
    this.tabs.get(id).tab.querySelector("bdi").textContent = label;
  }

  /** Something new came for a tab; it is counted where nobody sees it. */
  news(id, seen) {
    const at = this.tabs.get(id);
    if (!at || (seen && id === this.current)) return;
    at.unread += 1;
    this.show();
  }

  show() {
    for (const [id, { tab, panel, count, unread }] of this.tabs) {
      const selected = id === this.current;
      tab.setAttribute("aria-selected", String(selected));
      tab.tabIndex = selected ? 0 : -1;
      panel.hidden = !selected;
      badge(count, unread);
    }
  }

  get unread() {
    return [...this.tabs.values()].reduce((sum, at) => sum + at.unread, 0);
  }

  key(event) {
    const ids = [...this.tabs.keys()];
    const at = ids.indexOf(this.current);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: ids.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.select(ids[(to + ids.length) % ids.length]);
    this.tabs.get(this.current).tab.focus();
  }
}

/** A number in a badge, hidden at none, said in words to who cannot see it. */
export function badge(element, unread) {
  element.hidden = unread === 0;
  element.textContent = unread || "";
  element.setAttribute("aria-label", unread ? WORDS.unread(unread) : "");
}
