// Slack's text as elements of the page: mrkdwn, markdown, plain. Foreign text only ever becomes text nodes; a link is
// made only of an http or https address.

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
const COMMON = "<(?<entity>[^<>\\n]*)>|`(?<code>[^`\\n]+)`";
const MRKDWN = `${COMMON}|(?<![\\w*])\\*(?<bold>[^*\\s](?:[^*\\n]*[^*\\s])?)\\*(?!\\w)|(?<![\\w_])_(?<italic>[^_\\s](?:[^_\\n]*[^_\\s])?)_(?!\\w)`;
const MARKDOWN = `${COMMON}|\\[(?<label>(?:\\[[^\\[\\]]*\\]|[^\\[\\]])+)\\]\\((?<target>https?:[^()\\s]+)\\)|\\*\\*(?<bold>[^*\\s](?:[^*\\n]*[^*\\s])?)\\*\\*|(?<![\\w*])\\*(?<italic>[^*\\s](?:[^*\\n]*[^*\\s])?)\\*(?!\\w)`;

/** An element with a class and children; strings among the children become text. */
export function make(tag, name = "", ...children) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** A link that leads to an ordinary address, or its label as text. */
export function link(label, address, name = "") {
  let url;
  try {
    url = new URL(address);
  } catch {
    return make("span", name, label);
  }
  if (!["http:", "https:"].includes(url.protocol)) return make("span", name, label);
  const element = make("a", name, label);
  element.href = address;
  element.target = "_blank";
  element.rel = "noopener noreferrer";
  return element;
}

/** A user, channel or broadcast, as a coloured word. */
export function mention(text, isMe = false) {
  return make("span", isMe ? "mention me" : "mention", text);
}

export function unescaped(text) {
  return text.replace(/&(?:amp|lt|gt);/g, (found) => ENTITIES[found]);
}

/** Text with the marks of `syntax` ("mrkdwn" or "markdown") as a list of nodes, without paragraphs. */
export function inline(text, syntax, world) {
  const pattern = new RegExp(syntax === "markdown" ? MARKDOWN : MRKDWN, "g");
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    nodes.push(unescaped(text.slice(at, match.index)), found(match, syntax, world));
    at = match.index + match[0].length;
  }
  nodes.push(unescaped(text.slice(at)));
  return nodes.filter((node) => node !== "");
}

function found(match, syntax, world) {
  const { entity, code, bold, italic, label, target } = match.groups;
  if (entity !== undefined) return ofEntity(entity, world);
  if (code !== undefined) return make("code", "", unescaped(code));
  if (bold !== undefined) return make("strong", "", ...inline(bold, syntax, world));
  if (italic !== undefined) return make("em", "", ...inline(italic, syntax, world));
  return link(unescaped(label), unescaped(target), "marker");
}

function ofEntity(inner, world) {
  const [target, label] = inner.split("|", 2);
  if (target.startsWith("@")) return mention(`@${world.names[target.slice(1)] ?? label ?? target.slice(1)}`, target.slice(1) === world.me);
  if (target.startsWith("#")) return mention(`#${label ?? placeName(world, target.slice(1))}`);
  if (target.startsWith("!")) return mention(`@${label ?? target.slice(1)}`, true);
  return link(unescaped(label ?? target), unescaped(target));
}

export function placeName(world, id) {
  return world.places.find((place) => place.id === id)?.name ?? id;
}

/** Text with paragraphs, quotes, lists and code fences. */
export function paragraphs(text, syntax, world) {
  const body = make("div", "words");
  const parts = text.split(/^```[^\n]*\n([\s\S]*?)(?:^```$|$(?![\s\S]))/m);
  parts.forEach((part, index) => {
    if (index % 2) body.append(make("pre", "", unescaped(part)));
    else for (const paragraph of part.split(/\n{2,}/)) if (paragraph.trim()) body.append(ofLines(paragraph, syntax, world));
  });
  return body;
}

function ofLines(paragraph, syntax, world) {
  const lines = paragraph.split("\n");
  if (lines.every((line) => /^(?:>|&gt;) ?/.test(line))) {
    return make("blockquote", "", ...joined(lines.map((line) => line.replace(/^(?:>|&gt;) ?/, "")), syntax, world));
  }
  if (lines.every((line) => /^\s*[-*•] /.test(line))) {
    return make("ul", "", ...lines.map((line) => make("li", "", ...inline(line.replace(/^\s*[-*•] /, ""), syntax, world))));
  }
  return make("p", "", ...joined(lines, syntax, world));
}

function joined(lines, syntax, world) {
  return lines.flatMap((line, index) => (index ? [document.createElement("br")] : []).concat(inline(line, syntax, world)));
}
