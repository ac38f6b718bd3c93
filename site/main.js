// The start of the page. A view sends a message; the action of that name (actions/) changes the model (state/model.js);
// then page.js makes the whole page anew from the model, and lit-html changes what differs in the document.

import { derivation } from "./actions/derivation.js";
import { display } from "./actions/display.js";
import { execution, python } from "./actions/execution.js";
import { exercises } from "./actions/exercises.js";
import { exporting } from "./actions/export.js";
import { files } from "./actions/files.js";
import { visiting } from "./actions/first_visit.js";
import { handwriting } from "./actions/handwriting.js";
import { inquiries } from "./actions/inquiry.js";
import { missing } from "./actions/missing.js";
import { followLink, navigation, open } from "./actions/navigation.js";
import { parentRequests } from "./actions/parent_requests.js";
import { followPassage, passages } from "./actions/passages.js";
import { followPlace, placing } from "./actions/place.js";
import { followMaps, playground } from "./actions/playground.js";
import { playing, takingOver } from "./actions/playing.js";
import { programs } from "./actions/programs.js";
import { followRepair, repairing } from "./actions/repairing.js";
import { roles } from "./actions/roles.js";
import { stepping } from "./actions/stepping.js";
import { versions } from "./actions/versions.js";
import { whenVisible } from "./integrations/embed.js";
import { connectToParent, lms, report } from "./integrations/host.js";
import { update } from "./integrations/offline.js";
import { onKeyDown } from "./keys.js";
import { page } from "./page.js";
import { labAddress, rememberPlace } from "./state/first_visit.js";
import { draw, drawBy, drawNow, model, view } from "./state/model.js";
import { isCourse, isOtherPage, placeToLink } from "./state/selection.js";
import { currentModel, prefersDark } from "./state/selectors.js";
import { writeState } from "./state/url_state.js";
import { tagOf, translator } from "./text/i18n.js";
import { wrongFile } from "./text/wrong_file.js";
import { highlight, refsAt } from "./views/highlight.js";
import { html, render } from "./widgets/vendor.js";

const app = /** @type {HTMLElement} */ (document.getElementById("app"));

/** The action of each message. @type {import("./state/messages.js").Actions} */
const actions = {
  ...takingOver({ ...stepping, ...missing }),
  ...playing,
  ...display,
  ...programs,
  ...versions,
  ...repairing,
  ...roles,
  ...execution,
  ...inquiries,
  ...handwriting,
  ...passages,
  ...exercises,
  ...derivation,
  ...playground,
  ...exporting,
  ...files,
  ...navigation,
  ...visiting,
  ...placing,
  update,
};

/** Runs the action of a message, then has the page drawn again. @type {import("./state/messages.js").Send} */
function send(name, ...payload) {
  const action = /** @type {(payload?: unknown) => unknown} */ (actions[name]);
  action(...payload);
  draw();
}

drawBy(() => {
  const now = currentModel();
  render(page(now, send), app);
  highlight(app, [...now.highlighted, ...now.roleRefs]);
  describe(now);
  report(now);
  followMaps(now);
  followPassage(now);
  followRepair(now);
  followPlace(now);
});

let addressTimer = 0;
/**
 * Writes what stands outside the page's own tree: attributes of the root element, the title, the address.
 * @param {import("./state/types.js").Model} now
 */
function describe({ t, lesson, python, run, found, first }) {
  const root = document.documentElement;
  const lang = tagOf(view.lang);
  const whole = first
    ? t("first.title")
    : view.teachers
      ? t("teach.teachers")
      : isCourse()
        ? t("course.heading")
        : "";
  const title = `${whole || lesson?.title[view.lang]} · ${t("page.name")}`;
  if (root.lang !== lang) root.lang = lang; // every assignment makes the browser restyle the whole page
  if (document.title !== title) document.title = title;
  if (root.dataset.python !== python.state) root.dataset.python = python.state;
  if (root.dataset.run !== run.state) root.dataset.run = run.state;
  if (!found) delete root.dataset.roles;
  else if (root.dataset.roles !== found.state) root.dataset.roles = found.state;
  clearTimeout(addressTimer);
  if (!first) addressTimer = setTimeout(keepPlace, 300);
}

/** Writes the place into the address, and remembers it for the next visit. */
function keepPlace() {
  try {
    history.replaceState(null, "", location.pathname + labAddress(placeToLink()) + location.hash);
  } catch {
    // A sandboxed frame must not change its address; nothing depends on it.
  }
  if (!view.embed && !lms && !isOtherPage()) rememberPlace(writeState(placeToLink(), true));
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
    if (event.target instanceof Element && event.target.closest(".details.lit")) return; // it can be scrolled, its buttons pressed
    const refs = leaving ? [] : refsAt(event.target);
    if (String(refs) !== String(model.highlighted)) send("highlight", refs);
  });
prefersDark.addEventListener("change", draw);
addEventListener("beforeprint", () => {
  model.printing ||= "handout";
  if (model.lesson) drawNow();
});
addEventListener("afterprint", () => {
  model.printing = "";
  draw();
});

/** Says why the page could not be opened, and offers to try again. @param {any} error */
function notOpened(error) {
  const t = translator(view.lang);
  const again = () => location.reload();
  const words = wrongFile(error, t) ?? t("page.failed", { error: String(error.message) });
  document.documentElement.dataset.python = "failed";
  render(
    html`<div class="waiting" role="alert"><p>${words}</p><button type="button" data-action="reload" @click=${again}>${t("status.retry")}</button></div>`,
    app,
  );
}

// The lesson comes first, alone: Python's files would take the line from it.
open().then(() => {
  if (view.embed) whenVisible(document.body).then(() => python.load());
  else if (!isOtherPage()) python.load();
}, notOpened);
