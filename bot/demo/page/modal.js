// The modal in front: drawn when it changes, so that what is being typed into it stays.

import { blocks, entered } from "./blocks.js";
import { make } from "./words.js";

let shown = "";

/** Shows the modal that this person has open, or none. */
export function drawModal(world, order) {
  const view = world.modal;
  const value = JSON.stringify([world.me, view]);
  if (value === shown) return;
  shown = value;
  const dialog = document.getElementById("modal");
  if (!view) {
    dialog.close();
    return;
  }
  const kept = dialog.dataset.view === view.id ? entered(dialog) : {};
  dialog.dataset.view = view.id;
  dialog.replaceChildren(formOf(view, world, order));
  restore(dialog, kept);
  for (const [block, text] of Object.entries(view.errors)) {
    dialog.querySelector(`[data-block="${CSS.escape(block)}"]`)?.append(make("small", "error", text));
  }
  if (!dialog.open) dialog.showModal();
}

function formOf(view, world, order) {
  const form = make("form");
  const click = (action, value) => order({ do: "click", view: view.id, action, value });
  const close = make("button", "", view.close?.text ?? "Close");
  close.type = "button";
  close.addEventListener("click", () => order({ do: "close" }));
  const submit = view.submit ? make("button", "primary", view.submit.text) : null;
  const title = make("header", "", make("h1", "", view.title?.text ?? ""));
  form.append(title, make("div", "sheet", ...blocks(view.blocks, world, click)), make("footer", "", close, submit));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    order({ do: "submit", values: entered(form) });
  });
  return form;
}

/** What a person had entered stays when the app answers a submission with errors. */
function restore(dialog, kept) {
  for (const field of dialog.querySelectorAll("[data-action]")) {
    const value = kept[field.dataset.action];
    if (value === undefined) continue;
    if (field.dataset.kind === "text") field.value = value ?? "";
    else for (const box of field.querySelectorAll("input")) box.checked = [value].flat().includes(box.value);
  }
}
