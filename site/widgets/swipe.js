// A swipe sideways with one finger.

const LEAST = 48; // px sideways, and twice as far as up or down

/**
 * The listeners of an element that is swiped: to the left calls `on`, to the right `back`. What scrolls sideways under the
 * finger, such as a long equation, is scrolled instead.
 * @param {() => void} on
 * @param {() => void} back
 */
export function swipe(on, back) {
  const start = (/** @type {TouchEvent} */ event) => {
    const [finger] = event.touches;
    from = event.touches.length === 1 ? { x: finger.clientX, y: finger.clientY } : null;
    if (scrollsSideways(event.target, event.currentTarget)) from = null;
  };
  const end = (/** @type {TouchEvent} */ { changedTouches: [finger] }) => {
    if (!from) return;
    const [x, y] = [finger.clientX - from.x, finger.clientY - from.y];
    from = null;
    if (Math.abs(x) < LEAST || Math.abs(x) < 2 * Math.abs(y)) return;
    if (x < 0) on();
    else back();
  };
  return { start, end };
}

/** The point where the finger came down; outside of the listeners, which are made anew with each drawing. @type {{ x: number, y: number } | null} */
let from = null;

/** @param {EventTarget | null} target @param {EventTarget | null} within */
function scrollsSideways(target, within) {
  for (let at = target; at instanceof Element; at = at.parentElement) {
    if (at.scrollWidth > at.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(at).overflowX))
      return true;
    if (at === within) return false;
  }
  return false;
}
