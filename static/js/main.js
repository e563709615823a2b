// @ts-check
// Starts the module that each element asks for: data-module="error-summary" runs modules/error-summary.js.
// Every page works without; a module only makes it smoother.

for (const element of document.querySelectorAll("[data-module]")) {
  if (!(element instanceof HTMLElement)) continue;
  for (const name of (element.dataset.module ?? "").split(" ").filter(Boolean)) {
    import(`./modules/${name}.js`)
      .then((module) => module.start(element))
      .catch((error) => console.error(`module ${name} did not start`, error));
  }
}
