// @ts-check
// Starts the module that each element asks for: data-module="error-summary" runs modules/error-summary.js.
// Every page works without; a module only makes it smoother. On a page that is not Danish its words are fetched first.

const isDanish = document.documentElement.lang === "da";
const words = isDanish ? Promise.resolve() : import("./words.js").then((module) => module.ready);

// Whoever switched reminders on in this browser keeps them when it loses them: looked at once in each window, signed in.
try {
  if (localStorage.getItem("hoert-push") && !sessionStorage.getItem("hoert-push") && document.querySelector(".profile") && !document.querySelector("[data-module~=push]")) {
    sessionStorage.setItem("hoert-push", "looked");
    import("./push.js").then((module) => module.keep_on()).catch(() => {});
  }
} catch {
  // Without storage nothing was switched on.
}

for (const element of document.querySelectorAll("[data-module]")) {
  if (!(element instanceof HTMLElement)) continue;
  for (const name of (element.dataset.module ?? "").split(" ").filter(Boolean)) {
    words
      .then(() => import(`./modules/${name}.js`))
      .then((module) => module.start(element))
      .then(() => (element.dataset.started = `${element.dataset.started ?? ""} ${name}`.trim()))
      .catch((error) => console.error(`module ${name} did not start`, error));
  }
}
