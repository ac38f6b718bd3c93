// The composition root: what may be asked of the page, and that it is drawn anew from the one model whenever that has
// changed. A view sends a message; its action changes the model (actions/); page.js makes the whole page from it.

import { derivation } from "./actions/derivation.js";
import { display } from "./actions/display.js";
import { execution, python } from "./actions/execution.js";
import { exercises } from "./actions/exercises.js";
import { exporting } from "./actions/export.js";
import { followLink, navigation, open } from "./actions/navigation.js";
import { parentRequests } from "./actions/parent_requests.js";
import { followMaps, playground } from "./actions/playground.js";
import { programs } from "./actions/programs.js";
import { stepping } from "./actions/stepping.js";
import { whenVisible } from "./integrations/embed.js";
import { connectToParent, report } from "./integrations/host.js";
import { update } from "./integrations/offline.js";
import { onKeyDown } from "./keys.js";
import { page } from "./page.js";
import { isOneFile } from "./python/assets.js";
import { draw, drawBy, model, view } from "./state/model.js";
import { isCourse, isOtherPage } from "./state/selection.js";
import { currentModel, prefersDark } from "./state/selectors.js";
import { writeState } from "./state/url_state.js";
import { translator } from "./text/i18n.js";
import { highlight, refsAt } from "./views/highlight.js";
import { html, render } from "./widgets/vendor.js";

const app = /** @type {HTMLElement} */ (document.getElementById("app"));

/** What the views may ask for. @type {import("./state/messages.js").Actions} */
const actions = {
  ...stepping,
  ...display,
  ...programs,
  ...execution,
  ...exercises,
  ...derivation,
  ...playground,
  ...exporting,
  ...navigation,
  update,
};

/** Does what a message asks for, and has the page drawn again. @type {import("./state/messages.js").Send} */
function send(name, ...payload) {
  const action = /** @type {(payload?: unknown) => unknown} */ (actions[name]);
  action(...payload);
  draw();
}

drawBy(() => {
  const now = currentModel();
  render(page(now, send), app);
  highlight(app, now.highlighted);
  describe(now);
  report(now);
  followMaps(now);
});

let addressTimer = 0;
/** What is said about the page outside its own tree: the root's attributes, the title, the address. @param {import("./state/types.js").Model} now */
function describe({ t, lesson, python, run }) {
  const root = document.documentElement;
  const lang = view.lang === "zh" ? "zh-CN" : "en";
  const whole = view.teachers ? t("teach.teachers") : isCourse() ? t("course.heading") : "";
  const title = `${whole || lesson?.title[view.lang]} · ${t("page.name")}`;
  if (root.lang !== lang) root.lang = lang; // each assignment, even of the same, has the whole page styled anew
  if (document.title !== title) document.title = title;
  if (root.dataset.python !== python.state) root.dataset.python = python.state;
  if (root.dataset.run !== run.state) root.dataset.run = run.state;
  clearTimeout(addressTimer);
  addressTimer = setTimeout(() => {
    try {
      history.replaceState(null, "", location.pathname + writeState(view) + location.hash);
    } catch {
      // An opaque frame may not touch its address; nothing depends on it.
    }
  }, 300);
}

connectToParent(parentRequests);
document.addEventListener("keydown", (event) => onKeyDown(event, send));
app.addEventListener("click", followLink);
for (const [type, leaving] of [
  ["pointerover", false],
  ["focusin", false],
  ["pointerleave", true],
  ["focusout", true],
])
  app.addEventListener(String(type), (event) => {
    const refs = leaving ? [] : refsAt(event.target);
    if (String(refs) !== String(model.highlighted)) send("highlight", refs);
  });
prefersDark.addEventListener("change", draw);

open().catch((error) => {
  if (origin === "null" && !isOneFile && location.protocol.startsWith("http"))
    return location.replace(`backprop-lab.html${location.search}${location.hash}`); // a frame that may load nothing
  const t = translator(view.lang);
  const again = () => location.reload();
  render(
    html`<div class="waiting" role="alert"><p>${t("page.failed", { error: String(error.message) })}</p><button type="button" data-action="reload" @click=${again}>${t("status.retry")}</button></div>`,
    app,
  );
});
if (view.embed) whenVisible(document.body).then(python.load);
else if (!isOtherPage()) python.load();
