/* The demo page: a family's phone, the key worker's chat and the log, kept fresh by asking. */

const ZONE = "Europe/London";
const QUICK = 1000; // milliseconds between two looks while something is happening,
const CALM = 3000; // and once nothing has changed for a while
const CHECK_INS = "2026-12-03T15:45";
const STRANGER = {
  id: "unknown", name: "Unknown number", kind: "stranger", channel: "sms", cases: [],
  key_worker: "MB", // on duty in Marlbridge
  addresses: [{ channel: "sms", address: "+447700900199" }], // the service simulates this one too
};
const INSTEAD = "This service writes to the adults around a child, and sees the child in person.";

const $ = (id) => document.getElementById(id);
const chosen = { person: null, ref: "" };
const still = matchMedia("(prefers-reduced-motion: reduce)");
let people = [];
let now = new Date(0);

/* Making things. Words only ever go in as text, so nothing anybody types can become markup. */

function make(tag, properties, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children.filter(Boolean));
  return node;
}
const line = (className, words) => words && make("p", { className, dir: "auto" }, words);
const unseen = (words) => make("span", { className: "unseen" }, `${words} `);
const chip = (words) => words && make("span", { className: "chip" }, words.replaceAll("_", " "));
const button = (words, onclick) => make("button", { type: "button", dir: "auto", onclick }, words);

/* Time on a London wall */

function inLondon(options) {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, ...options });
  return (moment) => format.format(new Date(moment)).replaceAll(",", "").replace(" at ", " ");
}
const date = { weekday: "short", day: "numeric", month: "short" };
const clock = { hour: "2-digit", minute: "2-digit" };
const day = inLondon(date);
const time = inLondon(clock);
const dayAndTime = inLondon({ ...date, ...clock });
const inFull = inLondon({ ...date, year: "numeric", ...clock });
const wallClock = { timeZone: ZONE, dateStyle: "short", timeStyle: "short" };
const swedish = new Intl.DateTimeFormat("sv-SE", wallClock); // Swedes write dates as ISO does
const wall = (moment) => swedish.format(moment).replace(" ", "T");

/** Find the moment at which a London wall clock shows this. */
function momentOf(shown) {
  const guess = new Date(`${shown}Z`);
  return new Date(2 * guess - new Date(`${wall(guess)}Z`));
}
function nextMorning() {
  const morning = (moment) => momentOf(`${wall(moment).slice(0, 10)}T08:30`);
  return morning(now) > now ? morning(now) : morning(now.getTime() + 24 * 3600_000);
}

/* Asking the service */

/** Call the service. What it refuses is thrown in its own words. */
async function call(path, body) {
  const post = { method: "POST", headers: { "Content-Type": "application/json" } };
  const options = body ? { ...post, body: JSON.stringify(body) } : { cache: "no-cache" };
  const answer = await fetch(`/simulator/${path}`, options);
  const said = await answer.json().catch(() => ({}));
  if (answer.ok) return said;
  throw new Error(typeof said.detail === "string" ? said.detail : "The service did not do that.");
}

let timer = 0;
let calm = 0;
/** Look at everything once, draw what has changed, and come back soon. Never throws. */
async function look() {
  if (document.hidden) return;
  const views = [phone.look(), desk.look(), readRecord(), readTasks(), readHeld()];
  const looks = await Promise.allSettled([readClock(), ...views]);
  const lost = looks.some((one) => one.status === "rejected");
  tell($("away"), lost ? "The service does not answer. Trying again." : "");
  calm = looks.some((one) => one.value) ? 0 : calm + 1;
  clearTimeout(timer);
  timer = setTimeout(look, calm < 20 ? QUICK : CALM);
}
function tell(place, words) {
  if (place.textContent !== words) place.textContent = words; // or it would be read out again
}

/* Drawing lists. What has not changed keeps its element, and so its focus. */

function fill(list, items, build) {
  let changed = list.children.length > items.length;
  while (list.children.length > items.length) list.lastElementChild.remove();
  items.forEach((item, at) => {
    const drawn = JSON.stringify(item);
    const old = list.children[at];
    if (old?.drawn === drawn) return;
    const fresh = Object.assign(build(item), { drawn });
    if (old) old.replaceWith(fresh);
    else list.append(fresh);
    if (!still.matches) fresh.animate({ opacity: [0, 1] }, 200);
    changed = true;
  });
  list.parentElement.querySelector(".empty").hidden = items.length > 0;
  return changed;
}

const atEnd = (log) => log.scrollHeight - log.scrollTop - log.clientHeight < 48;
const toEnd = (log) => (log.scrollTop = log.scrollHeight);

/** Draw a log: a heading for each new day, and at its end unless the reader has scrolled up. */
function fillLog(log, items, build, afresh) {
  const follows = afresh || atEnd(log);
  const days = items.map((item) => day(item.at));
  const dated = items.map((item, n) => ({ ...item, day: days[n] === days[n - 1] ? "" : days[n] }));
  if (afresh) log.setAttribute("aria-live", "off"); // a whole history is not news
  const changed = fill(log.querySelector("ol"), dated, build);
  if (afresh) setTimeout(() => log.setAttribute("aria-live", "polite"), QUICK);
  if (changed && follows) toEnd(log);
  if (changed && !afresh) markNews(log.parentElement);
  return changed;
}

/** Take everything out of a log, without saying yet that there is nothing. */
function empty(log) {
  fillLog(log, [], null, true);
  log.querySelector(".empty").hidden = true;
}

/* One person's messages and the box under them: the phone, and the key worker's chat. */

class Thread {
  constructor(id) {
    this.pane = $(id);
    [this.log, this.form, this.box] = this.parts(".log", "form", "textarea");
    [this.fault, this.strip, this.quote] = this.parts(".compose .fault", ".replying", "q");
    [this.person, this.replyTo, this.messages, this.drafts] = [null, "", [], new Map()];
    this.form.onsubmit = (event) => (event.preventDefault(), this.say());
    this.box.onkeydown = (event) => this.key(event);
    this.strip?.querySelector("button").addEventListener("click", () => this.callOff());
  }
  parts(...selectors) {
    return selectors.map((selector) => this.pane.querySelector(selector));
  }
  key(event) {
    if (event.key === "Escape" && this.replyTo) this.callOff();
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.form.requestSubmit();
  }
  show(person) {
    if (person === this.person) return;
    if (this.person) this.drafts.set(this.person.id, this.box.value);
    this.box.value = this.drafts.get(person.id) ?? ""; // nobody sends another person's words
    [this.person, this.messages, this.afresh] = [person, [], true];
    empty(this.log);
    this.fault.textContent = "";
    this.answer(null);
  }
  async look() {
    const { person } = this;
    if (!person?.addresses.length) return false;
    const messages = await call(`people/${encodeURIComponent(person.id)}/messages`);
    if (person !== this.person) return false; // another phone has come into view meanwhile
    this.messages = messages;
    const changed = fillLog(this.log, messages, (message) => this.bubble(message), this.afresh);
    this.afresh = false;
    return changed;
  }
  bubble(message) {
    const mine = message.direction === "in";
    const answered = this.messages.find((other) => other.id === message.reply_to);
    const reply = this.strip && !mine ? this.replyButton(message) : null;
    const at = make("time", { dateTime: message.at }, time(message.at));
    const parts = [
      unseen(mine ? `${this.person.name} wrote:` : "Received:"),
      answered && make("q", { dir: "auto" }, answered.text),
      line("words", message.text),
      mine || message.channel === "sms" ? null : this.buttons(message), // a text has no buttons
      make("p", { className: "foot" }, at, reply),
    ];
    const body = make("div", { className: `bubble ${mine ? "mine" : "theirs"}` }, ...parts);
    return make("li", {}, line("day", message.day), body);
  }
  buttons({ turn, choices }) {
    const press = (key) => this.send({ press: { turn: turn ?? null, key } });
    const made = (choices ?? []).map(({ key, label }) => button(label, () => press(key)));
    return made.length ? make("div", { className: "choices" }, ...made) : null;
  }
  replyButton(message) {
    const made = button("Reply", () => (this.answer(message), this.box.focus()));
    made.className = "reply";
    made.append(unseen(` to: ${message.text.slice(0, 60)}`));
    return made;
  }
  /** Tie the next words to a message, or to none. */
  answer(message) {
    this.replyTo = message?.id ?? "";
    if (!this.strip) return;
    const follows = atEnd(this.log);
    this.strip.hidden = !message;
    this.quote.textContent = message?.text ?? "";
    this.box.setAttribute("aria-describedby", message ? `${this.pane.id}-replying` : "");
    if (follows) toEnd(this.log); // the strip has taken some of its room
  }
  callOff() {
    this.answer(null);
    this.box.focus();
  }
  async say() {
    const text = this.box.value.trim();
    if (!text || this.box.readOnly) return;
    const { person, replyTo } = this;
    this.box.readOnly = true; // the words stay in the box until the service has them
    if (await this.send(replyTo ? { text, reply_to: replyTo } : { text })) {
      this.drafts.delete(person.id);
      if (person === this.person) this.box.value = "";
      if (replyTo === this.replyTo) this.answer(null);
    }
    this.box.readOnly = false;
  }
  async send(body) {
    this.fault.textContent = "";
    try {
      await call(`people/${encodeURIComponent(this.person.id)}/messages`, body);
    } catch (error) {
      this.fault.textContent = error.message;
      return false;
    }
    toEnd(this.log);
    calm = 0;
    await look();
    return true;
  }
}
const phone = new Thread("phone");
const desk = new Thread("desk");

/* The record, what is open and what is held */

const record = $("record").querySelector(".log");
const ways = { in: "From the family", out: "To the family", internal: "Note in the team" };
const modes = { sms: "SMS", telegram: "Telegram", web: "Web page" };
const modeOf = (mode) => modes[mode] ?? (mode ?? "").replaceAll("_", " ");
const known = (id) => (id ? people.find((one) => one.id === id || one.ref === id) : undefined);
const named = (id) => known(id)?.name ?? id;
const doer = (id) => (id === "system" ? "Keyworker (automatic)" : named(id));

function contactLine(contact) {
  const way = (contact.direction ?? "").replace("bound", "");
  const [by, other] = [doer(contact.done_by), named(contact.person)];
  const beside = other === by ? "" : other;
  const who = [by && `by ${by}`, beside && `${way === "out" ? "to" : "with"} ${beside}`];
  const kept = contact.sensitivity === "team" ? "" : contact.sensitivity; // most of the log is
  const what = make("p", { className: "what" },
    make("time", { dateTime: contact.at }, time(contact.at)), " ",
    make("strong", {}, ways[way] ?? way), ` ${modeOf(contact.mode)} `,
    chip(contact.attempt_result), " ", chip(kept));
  const words = line("words", contact.words ?? "Words erased");
  const byLine = line("by", who.filter(Boolean).join(" "));
  const entry = make("div", { className: `entry ${way}` }, what, words, byLine);
  return make("li", {}, line("day", contact.day), entry);
}
async function readRecord() {
  const { ref } = chosen;
  if (!ref) return false;
  const contacts = await call(`cases/${encodeURIComponent(ref)}/contacts`);
  if (ref !== chosen.ref) return false;
  const inOrder = contacts.sort((one, other) => new Date(one.at) - new Date(other.at));
  const changed = fillLog(record, inOrder, contactLine, record.afresh);
  record.afresh = false;
  return changed;
}

function taskLine({ level, kind, case: ref, words, owner, respond_by: due, late }) {
  const what = make("p", { className: "what" },
    level && make("span", { className: `chip ${level}` }, level), " ",
    make("strong", {}, (kind ?? "task").replaceAll("_", " ")), " ",
    ref && make("a", { href: `#${ref}` }, ref), " ", late && chip("overdue"));
  const by = [owner ? named(owner) : "Nobody yet", due && `answer by ${dayAndTime(due)}`];
  return make("li", {}, what, line("words", words), line("by", by.filter(Boolean).join(", ")));
}
async function readTasks() {
  const tasks = await call("tasks");
  const urgent = tasks.filter((task) => task.level === "L1").length;
  const badge = $("tasks").querySelector(".badge");
  badge.hidden = !urgent;
  tell(badge, `${urgent} at L1`);
  const late = (task) => Boolean(task.respond_by) && new Date(task.respond_by) < now;
  return fillDrawer("tasks", tasks.map((task) => ({ ...task, late: late(task) })), taskLine);
}
function heldLine({ to, text, until, reason, state }) {
  const when = until ? `until ${dayAndTime(until)}` : "";
  const whom = make("strong", {}, `To ${named(to)}`);
  const what = make("p", { className: "what" }, whom, " ", chip(state));
  const why = [when, reason].filter(Boolean).join(": ");
  return make("li", {}, what, line("words", text), line("by", why));
}
const readHeld = async () => fillDrawer("held", await call("held"), heldLine);

function fillDrawer(id, items, build) {
  tell($(id).querySelector(".count"), String(items.length));
  return fill($(id).querySelector("ul"), items, build);
}

/* The clock */

async function readClock() {
  now = new Date((await call("clock")).now);
  if ($("now").textContent === inFull(now)) return;
  $("now").textContent = inFull(now);
  $("now").dateTime = now.toISOString();
  $("moment").min = wall(now);
  if (document.activeElement !== $("moment")) $("moment").value = wall(now);
}
async function move(to) {
  const held = document.activeElement;
  $("not-moved").textContent = "";
  $("moved").textContent = `Moving to ${inFull(to)}. What falls due on the way is being sent.`;
  $("moves").disabled = true;
  try {
    await call("clock", { now: to.toISOString() });
    await look();
    $("moved").textContent = `It is now ${inFull(now)}.`;
  } catch (error) {
    $("moved").textContent = "";
    $("not-moved").textContent = error.message;
  }
  $("moves").disabled = false;
  if (document.activeElement === document.body) held.focus(); // a disabled button loses its focus
}
const jumps = {
  minutes: () => new Date(now.getTime() + 10 * 60_000),
  hour: () => new Date(now.getTime() + 3600_000),
  morning: nextMorning,
  checkins: () => momentOf(CHECK_INS),
};

/* Choosing: the address (#P01, or #P01/person) says who is in view */

const firstOf = () => families()[0]?.people[0];
const carersOf = (ref) => people.filter((one) => one.kind === "carer" && one.cases.includes(ref));
const pupilsOf = (ref) => people.filter((one) => one.kind === "pupil" && one.cases.includes(ref));

function follow() {
  const [ref, id] = location.hash.slice(1).split("/");
  if (ref === STRANGER.id) return show(STRANGER, "");
  const usual = carersOf(ref)[0] ?? pupilsOf(ref)[0];
  const person = (known(id)?.cases.includes(ref) ? known(id) : usual) ?? chosen.person ?? firstOf();
  if (person) show(person, person.cases.includes(ref) ? ref : person.cases[0]);
}
function show(person, ref) {
  const moved = person !== chosen.person;
  const turned = ref !== chosen.ref;
  Object.assign(chosen, { person, ref });
  const children = person.cases.flatMap(pupilsOf).map((pupil) => first(pupil.name));
  const about = person.kind === "pupil" ? "pupil" : children.join(" and ");
  $("who-name").textContent = person.name;
  $("who-cases").textContent = person.cases.length
    ? `${about} ${person.cases.join(" ")}` : "nobody knows whose it is";
  if (moved) showPhone(person);
  if (moved) answerAs(keyWorkerOf(person) ?? desk.person?.id ?? $("staff").value);
  if (moved || turned) showCases(person, ref);
  look();
}
const first = (name) => name.split(" ")[0];
function keyWorkerOf(person) {
  const around = [person, ...person.cases.flatMap(carersOf)];
  return around.find((one) => one.key_worker)?.key_worker;
}
function wayTo({ channel, addresses }) {
  const usual = addresses.find((one) => one.channel === channel) ?? addresses[0];
  return usual ? [modeOf(channel ?? usual.channel), usual.address] : [];
}
function showPhone(person) {
  const reachable = person.addresses.length > 0;
  const stranger = person.kind === "stranger";
  $("phone-title").textContent = stranger ? "A phone nobody knows" : `${first(person.name)}'s phone`;
  $("phone-under").textContent = reachable ? wayTo(person).join(" ") : "No phone here";
  $("phone-label").textContent = stranger ? "Write from it" : `Write as ${first(person.name)}`;
  phone.log.hidden = phone.form.hidden = !reachable;
  const note = $("phone").querySelector(".no-phone");
  note.hidden = reachable;
  note.textContent = person.kind === "pupil"
    ? `${first(person.name)} is a pupil, and pupils are not texted. ${INSTEAD}`
    : `There is no number for ${first(person.name)}, so nothing can be sent.`;
  phone.show(person);
}
function answerAs(id) {
  const worker = known(id);
  if (worker?.kind !== "staff") return;
  $("staff").value = worker.id;
  $("desk-label").textContent = `Message as ${first(worker.name)}`;
  desk.show(worker);
}
function pickStaff(id) {
  answerAs(id);
  openTab($("tab-desk"));
  look();
}
function showCases(person, ref) {
  const label = (one) => one && [one, ...pupilsOf(one).map((pupil) => pupil.name)].join(" ");
  const options = person.cases.map((one) => make("option", { value: one }, label(one)));
  $("case").replaceChildren(...options);
  $("case").value = ref;
  $("case").hidden = person.cases.length < 2;
  $("case-name").hidden = !$("case").hidden;
  $("case-name").textContent = label(ref) || "On no case until staff say whose number it is";
  empty(record); // never one child's log under another's name
  record.afresh = true;
}
const go = (person, ref) => {
  const usual = carersOf(ref)[0] === person;
  location.hash = usual ? ref : `${ref}/${person.id}`;
};

/* The directory of everybody */

/** People who share a case belong together; whoever has most cases binds the siblings. */
function families() {
  const found = [];
  const rank = (one) => (one.kind === "carer" ? 100 : 0) + one.cases.length;
  const outside = people.filter((one) => one.kind !== "staff" && one.cases.length);
  for (const person of outside.sort((one, other) => rank(other) - rank(one))) {
    let family = found.find(({ cases }) => person.cases.some((ref) => cases.includes(ref)));
    if (!family) found.push((family = { cases: [], people: [] }));
    family.cases = [...new Set([...family.cases, ...person.cases])].sort();
    family.people.push(person);
  }
  return found.sort((one, other) => one.cases[0].localeCompare(other.cases[0]));
}
function personButton(person, small, choose) {
  const made = make("button", { type: "button", className: person.kind },
    make("span", {}, person.name), " ", make("small", {}, small));
  made.onclick = () => ($("people").close(), choose());
  return made;
}
function familyLine({ cases, people: members }) {
  const about = (one) => (one.kind === "pupil" ? "pupil" : (wayTo(one)[0] ?? "no number"));
  const made = members.map((one) => personButton(one, about(one), () => go(one, one.cases[0])));
  const refs = make("p", { className: "refs" }, cases.join(" "));
  return make("li", { className: "family" }, refs, make("div", {}, ...made));
}
const staffLine = (worker) =>
  make("li", {}, personButton(worker, worker.role ?? "", () => pickStaff(worker.id)));

const goToStranger = () => (location.hash = STRANGER.id);

function drawDirectory() {
  const groups = Map.groupBy(families(), (family) => keyWorkerOf(family.people[0]));
  const staff = people.filter((one) => one.kind === "staff");
  const group = (title, lines) =>
    make("section", {}, make("h3", {}, title), make("ul", {}, ...lines));
  const sections = [...groups].map(([worker, all]) =>
    group(worker ? `${named(worker)}'s families` : "Families", all.map(familyLine)));
  $("people").querySelector(".directory").append(
    ...sections,
    group("Nobody we know", [make("li", {}, personButton(STRANGER, "SMS", goToStranger))]),
    group("The team, to answer as", staff.map(staffLine)));
  $("staff").append(...staff.map(({ id, name, role }) =>
    make("option", { value: id }, role ? `${name}, ${role}` : name)));
}
function filter() {
  const wanted = $("filter").value.toLowerCase().split(/\s+/);
  const lines = [...$("people").querySelectorAll("li")];
  for (const one of lines) {
    const text = one.textContent.toLowerCase();
    one.hidden = !wanted.every((word) => text.includes(word));
  }
  for (const section of $("people").querySelectorAll("section"))
    section.hidden = !section.querySelector("li:not([hidden])");
  const left = lines.filter((one) => !one.hidden).length;
  const said = left ? `${left} found` : "Nobody of that name or case.";
  tell($("found"), left === lines.length ? "" : said);
}
function openDirectory() {
  $("filter").value = "";
  filter();
  $("people").showModal();
  $("filter").focus();
}

/* On a narrow screen the three panes are tabs */

const narrow = matchMedia("(max-width: 66rem)");
const tabs = [...$("tabs").children];
const paneOf = (tab) => $(tab.getAttribute("aria-controls"));

function openTab(tab) {
  for (const one of tabs) {
    one.setAttribute("aria-selected", String(one === tab));
    one.tabIndex = one === tab ? 0 : -1;
    paneOf(one).hidden = narrow.matches && one !== tab;
  }
  tab.querySelector(".unseen")?.remove();
  toEnd(paneOf(tab).querySelector(".log"));
}
function arrange() {
  for (const tab of tabs) {
    const pane = paneOf(tab);
    pane.setAttribute("aria-labelledby", narrow.matches ? tab.id : `${pane.id}-title`);
    if (narrow.matches) pane.setAttribute("role", "tabpanel");
    else pane.removeAttribute("role");
  }
  openTab(tabs.find((tab) => tab.ariaSelected === "true"));
}
function turnTab(event) {
  const at = tabs.indexOf(document.activeElement);
  const count = tabs.length;
  const [next, back] = [(at + 1) % count, (at + count - 1) % count];
  const to = { ArrowRight: next, ArrowLeft: back, Home: 0, End: count - 1 };
  if (!(event.key in to)) return;
  event.preventDefault();
  openTab(tabs[to[event.key]]);
  tabs[to[event.key]].focus();
}
function markNews(pane) {
  const tab = $(`tab-${pane.id}`);
  if (pane.hidden && !tab.children.length) tab.append(" ", unseen("something new"));
}

/* Begin */

for (const each of document.querySelectorAll("[data-jump]"))
  each.onclick = () => move(jumps[each.dataset.jump]());
$("move").onsubmit = (event) => (event.preventDefault(), move(momentOf($("moment").value)));
$("choose").onclick = openDirectory;
$("filter").oninput = filter;
$("filter").onkeydown = (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault(); // or the same key would press the button that gets the focus back
  $("people").querySelector("li:not([hidden]) button")?.click();
};
$("staff").onchange = () => pickStaff($("staff").value);
$("case").onchange = () => go(chosen.person, $("case").value);
for (const tab of tabs) tab.onclick = () => openTab(tab);
$("tabs").onkeydown = turnTab;
narrow.onchange = arrange;
document.onvisibilitychange = look;
window.onhashchange = follow;

async function begin() {
  try {
    const whole = (one) => ({ addresses: [], cases: [], ...one, id: String(one.id) });
    people = (await call("people")).map(whole);
  } catch {
    tell($("away"), "The service does not answer. Trying again.");
    return void setTimeout(begin, CALM);
  }
  drawDirectory();
  arrange();
  follow();
}
begin();
