// How the page is shown: highlighted and pinned quantities, the language, presenter mode.

import { newDerivation, weightOf } from "../state/derivation.js";
import { model, view } from "../state/model.js";
import { keepState, PRESENTER_LAYOUTS } from "../state/url_state.js";
import { focusOn } from "./after_render.js";

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
  log: () => {
    view.log = !view.log;
  },
  present: () => {
    view.present = !view.present;
    focusOn('[data-action="step"]'); // the pressed button is gone
  },
  "presenter-layout": (wall) => {
    view.wall = wall;
  },
  "next-presenter-layout": () => {
    if (view.present)
      view.wall =
        PRESENTER_LAYOUTS[(PRESENTER_LAYOUTS.indexOf(view.wall) + 1) % PRESENTER_LAYOUTS.length];
  },
  language: () => {
    view.lang = view.lang === "en" ? "zh" : "en";
    keepState(view);
    model.said = "";
  },
  start: (number) => {
    model.start = number;
  },
  search: (text) => {
    view.search = text;
  },
  tab: (name) => {
    model.tab = name;
  },
  dismiss: (i) => {
    model.notices = model.notices.filter((_, k) => k !== i);
  },
};
