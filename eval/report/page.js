"use strict";
const form = document.querySelector("form"), cases = [...document.querySelectorAll("details.case")];
const count = document.getElementById("count");
function filter() {
  const which = form.elements.which.value, slice = form.elements.slice.value;
  const words = form.elements.words.value.toLowerCase();
  let shown = 0;
  for (const one of cases) {
    const fits = (which === "all" || one.dataset.states.split(" ").includes(which))
      && (!slice || one.dataset.slices.split("|").includes(slice))
      && (!words || one.textContent.toLowerCase().includes(words));
    one.hidden = !fits;
    shown += fits;
  }
  count.textContent = `${shown} of ${cases.length} cases are shown.`;
}
function follow() {
  const one = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!one || !one.matches("details.case")) return;
  if (one.hidden) { form.reset(); filter(); }
  one.open = true;
  one.scrollIntoView();
  one.querySelector("summary").focus({ preventScroll: true });
}
form.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());
addEventListener("hashchange", follow);
addEventListener("beforeprint", () => { for (const one of cases) if (!one.hidden) one.open = true; });
filter();
follow();
