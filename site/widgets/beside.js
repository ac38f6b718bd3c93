// Puts an element above or below another one of the page, within the window, with a pointer to it.

import { Directive, directive, noChange } from "./vendor.js";

const APART = 12; // px, with room for the pointer
const EDGE = 8;

class Beside extends Directive {
  selector = "";
  /** @type {HTMLElement | null} */ box = null;

  /** @param {string} _selector */
  render(_selector) {
    return noChange;
  }

  /** @param {any} part @param {[string]} args */
  update({ element }, [selector]) {
    this.selector = selector;
    if (!this.box) {
      this.box = element;
      const again = () => this.box?.isConnected && this.place();
      new ResizeObserver(again).observe(document.body);
      addEventListener("scroll", again, { capture: true, passive: true });
    }
    requestAnimationFrame(() => this.place());
    return noChange;
  }

  place() {
    const { box } = this;
    const target = [...document.querySelectorAll(this.selector)].find((one) =>
      one.checkVisibility(),
    );
    if (!box) return;
    box.hidden = !target;
    if (!target) return;
    const at = target.getBoundingClientRect();
    const { offsetWidth, offsetHeight } = box;
    const above = at.top - offsetHeight - APART;
    const isAbove = above > EDGE;
    const middle = at.left + Math.min(at.width, innerWidth - at.left) / 2;
    const left = Math.max(
      EDGE,
      Math.min(innerWidth - offsetWidth - EDGE, middle - offsetWidth / 2),
    );
    box.dataset.side = isAbove ? "above" : "below";
    box.style.top = `${isAbove ? above : at.bottom + APART}px`;
    box.style.left = `${left}px`;
    box.style.setProperty("--pointer", `${middle - left}px`);
  }
}

/** `<div ${beside("#step")}>`: the box is kept above or below the first visible element of the selector, hidden without one. */
export const beside = directive(Beside);
