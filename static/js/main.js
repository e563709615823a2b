// @ts-check
// Starts the module that each element asks for: data-module="error-summary" runs modules/error-summary.js.
// Every page works without; a module only makes it smoother. On a page that is not Danish its words are fetched first.

const isDanish = document.documentElement.lang === "da";
const words = isDanish ? Promise.resolve() : import("./words.js").then((module) => module.ready);

for (const element of document.querySelectorAll("[data-module]")) {
  if (!(element instanceof HTMLElement)) continue;
  for (const name of (element.dataset.module ?? "").split(" ").filter(Boolean)) {
    words
      .then(() => import(`./modules/${name}.js`))
      .then((module) => module.start(element))
      .catch((error) => console.error(`module ${name} did not start`, error));
  }
}
