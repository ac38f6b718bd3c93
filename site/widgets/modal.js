// A modal dialog: <dialog ${modal()}> opens when it is drawn, and keeps the focus.

import { Directive, directive, noChange } from "./vendor.js";

class Modal extends Directive {
  render() {
    return noChange;
  }

  /** @param {any} part */
  update({ element }) {
    if (!element.open) queueMicrotask(() => element.isConnected && element.showModal());
    return noChange;
  }
}

/** `<dialog ${modal()}>`: opened as a modal dialog once it is drawn. */
export const modal = directive(Modal);
