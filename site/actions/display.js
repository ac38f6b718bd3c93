// Actions on the way the page is shown: highlighted and pinned quantities, the language, presenter mode.

import { rememberColumns, withWidth } from "../state/columns.js";
import { newDerivation, weightOf } from "../state/derivation.js";
import { model, view } from "../state/model.js";
import { presenterLayouts, selectedProgram } from "../state/selection.js";
import { keepState } from "../state/url_state.js";
import { nextLanguage } from "../text/i18n.js";
import { focusOn } from "./after_render.js";

/** The lesson's program in the language that was chosen, unless the reader has changed it. @param {string} before */
function translateProgram(before) {
  const { program, printed } = selectedProgram();
  const now = (/** @type {string} */ text) => (text === before ? program : text);
  Object.assign(model, {
    code: now(model.code),
    shownCode: now(model.shownCode),
    run: { ...model.run, code: now(model.run.code) },
  });
  if (!model.shownAt) model.output = printed ?? model.recording.output;
}

/** Shows the page in a language. @param {import("../text/i18n.js").Language} language */
export function speak(language) {
  const before = selectedProgram();
  view.lang = language;
  keepState(view);
  translateProgram(before.program);
  model.said = "";
}

/** @satisfies {Partial<import("../state/messages.js").Actions>} */
export const display = {
  highlight: (refs) => {
    model.highlighted = refs;
  },
  pin: (refs) => {
    model.pinned = String(refs) === String(model.pinned) ? [] : refs;
    const { network } = model.recording;
    const edge = network && model.derivation && weightOf(network, refs);
    if (edge) model.derivation = newDerivation(edge);
  },
  "all-terms": () => {
    model.allTerms = !model.allTerms;
  },
  log: () => {
    view.log = !view.log;
  },
  present: () => {
    view.present = !view.present;
    focusOn('[data-action="step"]'); // the pressed button is gone
  },
  handout: (how) => {
    view.handout = how;
    focusOn(how ? "#handout-heading" : "summary");
  },
  print: (what) => {
    if (what === "text") model.printing = what;
    window.print();
  },
  "presenter-layout": (wall) => {
    view.wall = wall;
  },
  "next-presenter-layout": () => {
    const all = presenterLayouts();
    const at = Math.max(0, all.indexOf(view.wall)); // what is not there is shown as the first
    if (view.present && all.length) view.wall = all[(at + 1) % all.length];
  },
  language: () => speak(nextLanguage(view.lang)),
  start: (number) => {
    model.start = number;
  },
  search: (text) => {
    view.search = text;
  },
  tab: (name) => {
    model.tab = name;
  },
  column: ({ name, by = 0, to = model.columns[name] }) => {
    model.columns = withWidth(model.columns, name, to + by);
    rememberColumns(model.columns);
  },
  legend: () => {
    model.help = "legend";
  },
  keys: () => {
    model.help = "keys";
  },
  "close-help": () => {
    model.help = "";
  },
  dismiss: (i) => {
    model.notices = model.notices.filter((_, k) => k !== i);
  },
};
