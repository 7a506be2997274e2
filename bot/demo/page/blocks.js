// Block Kit as elements of the page: the blocks that the app uses. What is clicked is handed to `click(action, value)`.

import { icon } from "./icons.js";
import { inline, link, make, mention, paragraphs, placeName } from "./words.js";

/** The blocks as elements; one of a kind the page does not know is named rather than left out. */
export function blocks(list, world, click) {
  return list.map((block) => (BLOCKS[block.type] ?? unknown)(block, world, click));
}

/** What has been entered in the inputs inside an element, by action_id. */
export function entered(root) {
  const values = {};
  for (const field of root.querySelectorAll("[data-action]")) {
    const name = field.dataset.action;
    if (field.dataset.kind === "text") values[name] = field.value || null;
    else if (field.dataset.kind === "one") values[name] = field.querySelector("input:checked")?.value ?? null;
    else values[name] = [...field.querySelectorAll("input:checked")].map((box) => box.value);
  }
  return values;
}

const BLOCKS = {
  section,
  markdown: (block, world) => paragraphs(block.text, "markdown", world),
  header: (block) => make("h2", "", block.text.text),
  divider: () => make("hr"),
  context: (block, world) => make("div", "context", ...block.elements.map((element) => make("span", "", ...texts(element, world)))),
  actions: (block, world, click) => make("div", "actions", ...block.elements.map((element) => control(element, world, click))),
  context_actions: (block, world, click) => make("div", "actions quiet", ...block.elements.flatMap((element) => control(element, world, click))),
  rich_text: (block, world) => make("div", "rich", ...block.elements.map((element) => rich(element, world))),
  input,
};

function unknown(block) {
  return make("p", "unknown", `(a block of type ${block.type}, which this page does not draw)`);
}

function section(block, world, click) {
  const body = block.text ? composed(block.text, world) : make("div", "words");
  for (const field of block.fields ?? []) body.append(make("p", "", ...texts(field, world)));
  return block.accessory ? make("div", "beside", body, ...[control(block.accessory, world, click)].flat()) : body;
}

function composed(text, world) {
  return text.type === "mrkdwn" ? paragraphs(text.text, "mrkdwn", world) : make("div", "words", make("p", "literal", text.text));
}

function texts(text, world) {
  return text.type === "mrkdwn" ? inline(text.text, "mrkdwn", world) : [text.text ?? ""];
}

function rich(element, world) {
  const inside = (element.elements ?? []).map((one) => (one.type.startsWith("rich_text") ? rich(one, world) : leaf(one, world)));
  switch (element.type) {
    case "rich_text_quote": return make("blockquote", "", ...inside);
    case "rich_text_preformatted": return make("pre", "", ...inside);
    case "rich_text_list": return make(element.style === "ordered" ? "ol" : "ul", "", ...inside.map((one) => make("li", "", one)));
    default: return make("p", "", ...inside);
  }
}

function leaf(one, world) {
  switch (one.type) {
    case "link": return link(one.text ?? one.url, one.url);
    case "user": return mention(`@${world.names[one.user_id] ?? one.user_id}`, one.user_id === world.me);
    case "channel": return mention(`#${placeName(world, one.channel_id)}`);
    case "broadcast": return mention(`@${one.range}`, true);
    case "usergroup": return mention(`@${one.usergroup_id}`);
    default: return styled(String(one.text ?? one.fallback ?? one.name ?? ""), one.style ?? {});
  }
}

function styled(text, style) {
  const names = ["bold", "italic", "strike", "code"].filter((name) => style[name]);
  return names.length ? make("span", names.join(" "), text) : document.createTextNode(text);
}

function control(element, world, click) {
  switch (element.type) {
    case "button":
      return button(element.text.text, element.accessibility_label, () => click(element.action_id, element.value ?? ""), element.style ?? "");
    case "feedback_buttons":
      return ["positive_button", "negative_button"].map((side) => {
        const one = element[side];
        const made = button(icon(side === "positive_button" ? "good" : "bad"), one.accessibility_label ?? one.text.text, null, "thumb");
        made.addEventListener("click", () => {
          for (const other of made.parentElement.querySelectorAll(".thumb")) other.classList.toggle("pressed", other === made);
          click(element.action_id, one.value);
        });
        return made;
      });
    case "icon_button":
      if (element.visible_to_user_ids && !element.visible_to_user_ids.includes(world.me)) return [];
      return [button(icon("trash"), element.text.text, () => click(element.action_id, element.value ?? ""), "thumb")];
    default:
      return make("span", "unknown", `(${element.type})`);
  }
}

function button(label, title, act, name) {
  const made = make("button", name, label);
  made.type = "button";
  if (title) {
    made.title = title;
    made.setAttribute("aria-label", title);
  }
  if (act) made.addEventListener("click", act);
  return made;
}

function input(block, world) {
  const field = fieldOf(block.element, world);
  field.dataset.action = block.element.action_id;
  const label = make("div", "label", block.label.text, block.optional ? make("small", "", " (optional)") : null);
  const made = make("div", "input", label, field, block.hint ? make("small", "", block.hint.text) : null);
  made.dataset.block = block.block_id;
  field.setAttribute("aria-label", block.label.text);
  return made;
}

function fieldOf(element, world) {
  const chosen = [element.initial_option, ...(element.initial_options ?? [])].filter(Boolean).map((option) => option.value);
  switch (element.type) {
    case "plain_text_input": {
      const made = make(element.multiline ? "textarea" : "input");
      made.value = element.initial_value ?? "";
      made.dataset.kind = "text";
      if (element.max_length) made.maxLength = element.max_length;
      return made;
    }
    case "radio_buttons":
    case "static_select":
      return choices(element, "radio", element.options.map((option) => [option.value, option.text.text]), chosen);
    case "checkboxes":
    case "multi_static_select":
      return choices(element, "checkbox", element.options.map((option) => [option.value, option.text.text]), chosen);
    case "multi_users_select":
      return choices(element, "checkbox", world.people.map((one) => [one.id, one.name]), element.initial_users ?? []);
    default:
      return make("span", "unknown", `(${element.type})`);
  }
}

function choices(element, kind, options, chosen) {
  const made = make("div", "choices");
  made.dataset.kind = kind === "radio" ? "one" : "many";
  for (const [value, text] of options) {
    const box = make("input");
    Object.assign(box, { type: kind, name: element.action_id, value, checked: chosen.includes(value) });
    made.append(make("label", "", box, text));
  }
  return made;
}
