// Starts the wasm half of the page, and says in <html data-wasm> how it is: loading, alive or dead. The style sheet
// shows a banner with a way to reload when it is dead: a page that looks alive and does nothing is worse than none.
import init, { hydrate } from "./majlis.js";

const page = document.documentElement;

// Once dead, always dead: after a trap the memory of the program is in an unknown state.
const say = (state) => {
  if (page.dataset.wasm !== "dead") page.dataset.wasm = state;
};

const isTrap = (error) => typeof WebAssembly === "object" && error instanceof WebAssembly.RuntimeError;

addEventListener("error", (event) => {
  if (isTrap(event.error)) say("dead");
});
addEventListener("unhandledrejection", (event) => {
  if (isTrap(event.reason)) say("dead");
});

say("loading");
init({ module_or_path: new URL("./majlis.wasm", import.meta.url) })
  .then(() => {
    hydrate();
    say("alive");
  })
  .catch((error) => {
    say("dead");
    console.error(error);
  });
