// The page: who one is, where one is, what one sees there, what one does. Everything shown comes from the server, as one
// value whenever it changes; everything done goes to it as one order.

import { blocks } from "./blocks.js";
import { icon } from "./icons.js";
import { drawModal } from "./modal.js";
import { make, paragraphs } from "./words.js";

const $ = (id) => document.getElementById(id);
const at = { user: "U1", place: "C1", thread: null, tab: "messages", awaits: null };
let world = null;
let stream = null;
let shownHome = "";

start();

function start() {
  follow(at.user);
  $("who").addEventListener("change", () => {
    Object.assign(at, { user: $("who").value, thread: null, place: "C1", tab: "messages" });
    follow(at.user);
  });
  $("leave").addEventListener("click", () => go({ thread: null }));
  for (const tab of $("tabs").children) tab.addEventListener("click", () => openTab(tab.dataset.tab));
  for (const id of ["write", "reply"]) watchForm($(id));
  for (const tool of document.querySelectorAll("[data-insert]")) tool.addEventListener("click", () => insert(tool.dataset.insert));
  $("modal").addEventListener("cancel", (event) => {
    event.preventDefault();
    order({ do: "close" });
  });
}

function follow(user) {
  stream?.close();
  world = null;
  for (const id of ["messages", "replies"]) $(id).replaceChildren();
  stream = new EventSource(`/see/${user}`);
  stream.onmessage = (event) => {
    world = JSON.parse(event.data);
    draw();
  };
  stream.onerror = () => toast("The demonstration has ended or is not reachable.");
}

async function order(what) {
  const response = await fetch(`/act/${at.user}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(what),
  }).catch(() => null);
  const answer = response ? await response.json().catch(() => ({})) : { error: "The demonstration has ended." };
  if (answer.error) toast(answer.error);
  return answer;
}

function go(where) {
  Object.assign(at, where);
  draw();
}

function openPlace(id) {
  go({ place: id, thread: null, tab: "messages" });
  if (id === world.direct) order({ do: "messages" });
  document.querySelector("#write textarea").focus();
}

function openTab(tab) {
  go({ tab, thread: null });
  order({ do: tab });
}

function watchForm(form) {
  const box = form.querySelector("textarea");
  const grow = () => box.setAttribute("rows", Math.min(6, box.value.split("\n").length));
  box.addEventListener("input", grow);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = box.value;
    if (!text.trim()) return;
    const thread = form.id === "reply" ? at.thread ?? "" : "";
    const known = new Set(roots(at.place).map((said) => said.ts));
    const answer = await order({ do: "say", channel: at.place, text, thread });
    if (answer.error) return;
    box.value = "";
    grow();
    if (answer.command) at.awaits = known;
    if (answer.ts && !thread && (at.place === world.direct || text.includes(`@${botName()}`))) go({ thread: answer.ts });
  });
}

function insert(what) {
  const box = document.querySelector("#write textarea");
  const text = what === "mention" ? `@${botName()} ` : "/ask ";
  if (!box.value.startsWith(text)) box.value = text + box.value;
  box.focus();
}

const botName = () => world?.names[world.bot] ?? "Ask Docs";
const here = () => world.messages[at.place] ?? [];
const roots = (place) => (world.messages[place] ?? []).filter((said) => said.root === said.ts);
const replies = (ts) => here().filter((said) => said.root === ts && said.ts !== ts);
const working = (thread) => world.working.find((one) => one.channel === at.place && one.thread === thread);

function draw() {
  if (!world) return;
  if (!world.places.some((place) => place.id === at.place)) at.place = world.places[0].id;
  openAwaited();
  drawSide();
  drawHead();
  fill($("messages"), roots(at.place).map((said) => ({ said, foot: footOf(said) })), emptyNote());
  drawThread();
  drawPrompts();
  drawHome();
  drawModal(world, order);
}

/** A question asked by /ask becomes a message of the bot with a thread: that thread is opened when it is there. */
function openAwaited() {
  const fresh = at.awaits && roots(at.place).find((said) => !at.awaits.has(said.ts) && said.user === world.bot && !said.private);
  if (fresh) Object.assign(at, { thread: fresh.ts, awaits: null });
}

function drawSide() {
  const who = $("who");
  if (who.options.length !== world.people.length) {
    who.replaceChildren(...world.people.map((one) => new Option(one.kind === "member" ? one.name : `${one.name} (${one.kind})`, one.id)));
    who.value = at.user;
  }
  const rows = { Channels: ["public", "private"], "Direct messages": ["mpim", "im"] };
  $("places").replaceChildren(...Object.entries(rows).flatMap(([title, kinds]) => [make("h2", "", title), ...world.places.filter((place) => kinds.includes(place.kind)).map(row)]));
}

function row(place) {
  const made = make("button", place.id === at.place ? "row here" : "row", make("span", "sign", signOf(place)), placeTitle(place));
  made.type = "button";
  made.dataset.place = place.id;
  made.addEventListener("click", () => openPlace(place.id));
  return made;
}

const signOf = (place) => icon({ public: "channel", private: "lock", mpim: "group", im: "bot" }[place.kind]);
const placeTitle = (place) => (place.kind === "mpim" ? place.name.split(", ").filter((name) => name !== world.names[world.me]).join(", ") : place.name);

function drawHead() {
  const place = world.places.find((one) => one.id === at.place);
  const direct = place.id === world.direct;
  $("title").replaceChildren(signOf(place), placeTitle(place));
  $("about").textContent = direct ? "the bot, to yourself" : "mention the bot, or use /ask";
  $("tabs").hidden = !direct;
  for (const tab of $("tabs").children) tab.setAttribute("aria-selected", String(tab.dataset.tab === at.tab));
  const isHome = direct && at.tab === "home";
  $("home").hidden = !isHome;
  $("messages").hidden = $("write").hidden = isHome;
  document.querySelector("#write textarea").placeholder = direct ? `Message ${botName()}…` : `Message ${placeTitle(place)}…`;
}

function emptyNote() {
  const text = at.place === world.direct ? "Ask the articles anything." : `Mention @${botName()} with a question, as you would in Slack.`;
  return make("div", "empty", make("div", "big", "¹"), make("p", "", text), make("small", "", "The app behind this page is the real one; the workspace lives only as long as the command runs."));
}

function drawThread() {
  const root = at.thread && here().find((said) => said.ts === at.thread);
  $("thread").hidden = !root;
  if (!root) return;
  fill($("replies"), [root, ...replies(at.thread)].map((said) => ({ said })), null, statusOf(at.thread));
}

/** Draws messages, keeping the elements of those that have not changed; stays at the end if it was there. */
function fill(list, entries, empty, last = null) {
  const before = new Map([...list.children].map((element) => [element.dataset.key, element]));
  const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  const elements = entries.map(({ said, foot }) => {
    const value = JSON.stringify([said, foot, world.me]);
    const known = before.get(said.ts);
    if (known?.value === value) return known;
    const made = message(said, foot);
    made.value = value;
    made.dataset.key = said.ts;
    return made;
  });
  list.replaceChildren(...(elements.length || !empty ? elements : [empty]), ...(last ? [last] : []));
  if (isAtEnd) list.scrollTop = list.scrollHeight;
}

function message(said, foot) {
  const name = world.names[said.user] ?? said.user;
  const isBot = said.user === world.bot;
  const avatar = make("div", `avatar tone${toneOf(said.user)}`, isBot ? icon("bot") : name[0]);
  const head = make("div", "head", make("strong", "", name), isBot ? make("span", "app", "APP") : null, make("time", "", timeOf(said.ts)));
  const body = make("div", "body", ...bodyOf(said));
  if (said.streaming) body.classList.add("streaming");
  const column = make("div", "column", said.private ? make("div", "private", "Only visible to you") : null, head, body);
  if (said.edited) head.append(make("small", "", " (edited)"));
  if (foot?.count || foot?.status) column.append(threadLink(said, foot));
  return make("article", isBot ? "message bot" : "message", avatar, column, said.private ? null : askAbout(said));
}

function bodyOf(said) {
  const click = (action, value) => order({ do: "click", channel: said.channel, ts: said.ts, action, value });
  return said.blocks.length ? blocks(said.blocks, world, click) : [paragraphs(said.text, "mrkdwn", world)];
}

function askAbout(said) {
  const made = make("button", "hover", "Ask about this");
  made.type = "button";
  made.addEventListener("click", () => order({ do: "ask about", channel: said.channel, ts: said.ts }));
  return made;
}

function footOf(said) {
  return { count: replies(said.ts).length, status: working(said.ts)?.status ?? "", open: at.thread === said.ts };
}

function threadLink(said, foot) {
  const text = foot.status ? `${botName()} ${foot.status}` : `${foot.count} ${foot.count === 1 ? "reply" : "replies"}`;
  const made = make("button", foot.open ? "replies open" : "replies", text);
  made.type = "button";
  made.addEventListener("click", () => go({ thread: said.ts }));
  return made;
}

function statusOf(thread) {
  const one = working(thread);
  if (!one) return null;
  const line = make("div", "status", make("span", "dots"), one.status ? `${botName()} ${one.status}` : `${botName()} is answering…`);
  if (one.stop) {
    const stop = make("button", "", "Stop");
    stop.type = "button";
    stop.addEventListener("click", () => order({ do: "stop", channel: at.place, thread }));
    line.append(stop);
  }
  return line;
}

function drawPrompts() {
  const shown = at.place === world.direct && !at.thread ? world.prompts : [];
  $("prompts").replaceChildren(...shown.map((prompt, index) => {
    const made = make("button", "", prompt.title);
    made.type = "button";
    made.addEventListener("click", async () => {
      const answer = await order({ do: "prompt", number: index + 1 });
      if (answer.ts) go({ thread: answer.ts });
    });
    return made;
  }));
}

function drawHome() {
  const value = JSON.stringify([world.home, world.me]);
  if (value === shownHome) return;
  shownHome = value;
  const click = (action, given) => order({ do: "click", view: world.home.id, action, value: given });
  $("home").replaceChildren(...(world.home ? [make("div", "sheet", ...blocks(world.home.blocks, world, click))] : []));
}

function toast(text) {
  $("toast").textContent = text;
  $("toast").classList.add("shown");
  setTimeout(() => $("toast").classList.remove("shown"), 4000);
}

const toneOf = (id) => [...id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 5;
const timeOf = (ts) => new Date(Number(ts) * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
