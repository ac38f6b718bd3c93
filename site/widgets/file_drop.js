// Files that are dropped anywhere on an element: <div @dragenter=${drop.over} @dragover=${drop.over} @dragleave=${drop.leave} @drop=${drop.drop}>.

/** Listeners that come before those of what is inside, such as the code editor's. @param {(files: File[]) => void} open */
export function fileDrop(open) {
  return {
    over: { handleEvent: over, capture: true },
    leave: { handleEvent: leave, capture: true },
    drop: { handleEvent: (/** @type {DragEvent} */ event) => drop(event, open), capture: true },
  };
}

/** @param {DragEvent} event */
const hasFile = (event) => event.dataTransfer?.types.includes("Files") ?? false;

/** @param {DragEvent} event */
function over(event) {
  if (!hasFile(event)) return;
  event.preventDefault();
  /** @type {Element} */ (event.currentTarget).toggleAttribute("data-dropping", true);
}

/** @param {DragEvent} event */
function leave({ currentTarget, relatedTarget }) {
  const place = /** @type {Element} */ (currentTarget);
  if (!(relatedTarget instanceof Node && place.contains(relatedTarget)))
    place.removeAttribute("data-dropping");
}

/** @param {DragEvent} event @param {(files: File[]) => void} open */
function drop(event, open) {
  if (!hasFile(event)) return;
  event.preventDefault();
  event.stopPropagation();
  /** @type {Element} */ (event.currentTarget).removeAttribute("data-dropping");
  const files = [...(event.dataTransfer?.files ?? [])];
  if (files.length) open(files);
}
