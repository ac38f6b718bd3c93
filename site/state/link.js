// Links to the place that is shown, with the reader's program or without it.

import { EDIT, packEdit } from "../text/share.js";
import { model } from "./model.js";
import { placeToLink, selectedProgram } from "./selection.js";
import { writeState } from "./url_state.js";

/** The link to this place. @param {string} hash what carries the program; "" without it */
export const placeLink = (hash) =>
  new URL(location.pathname + writeState(placeToLink(), true) + hash, location.href).href;

/** The part of a link that carries the differences to the lesson's program; "" if there are none. */
export function editHere() {
  const { program } = selectedProgram();
  return model.code === program ? "" : `${EDIT}${packEdit(program, model.code)}`;
}

const LONGEST = 600; // characters in a QR code that a phone can still read from the last row of a classroom

/** The first of these links that fits a QR code; the last one if none does. @param {string[]} links */
export const forQrCode = (links) =>
  links.find((link) => link.length <= LONGEST) ?? links[links.length - 1];
