// Does what an embedding page asks for in its messages, after integrations/embed.js has checked them.

import { draw, model, view } from "../state/model.js";
import { speak } from "./display.js";
import { lookOver } from "./repairing.js";
import { go } from "./stepping.js";
import { keepThisVersion } from "./versions.js";

/** One function for each type of message; docs/embedding.md describes them. */
export const parentRequests = {
  code: (/** @type {{ code: string }} */ { code }) => showCode(code),
  go: (/** @type {import("../recording/types.js").Position} */ position) => visit(position),
  language: (/** @type {{ language: import("../text/i18n.js").Language }} */ { language }) => {
    if (language !== view.lang) speak(language);
    draw();
  },
};

/** Shows a program but never runs it, as with a link; one undo brings back the reader's own. @param {string} code */
function showCode(code) {
  if (!model.lesson || code === model.code) return;
  keepThisVersion();
  Object.assign(view, { network: "", choices: "" }); // they were chosen for another program
  model.code = code;
  model.notices = [...model.notices.filter(({ id }) => id !== "handed"), { id: "handed" }];
  lookOver("pasted");
  draw();
}

/** @param {import("../recording/types.js").Position} position */
function visit({ iteration, step }) {
  if (!model.lesson) return;
  go({ iteration, step });
  draw();
}
