// Unpacks the page's program, which stands in the page, and runs it. The page's policy names this script and the program by
// their hashes, so nothing else runs, and no program that is damaged.

import { inside } from "./python/inside.js";
import { unzstd } from "./python/zstd.js";

async function start() {
  const script = document.createElement("script");
  script.textContent = await new Response(
    (await inside("program.js")).pipeThrough(await unzstd()),
  ).text();
  document.head.append(script);
}

/** In the one file the font of the formulas stands in the page as the other files do: as base64 it would take twice the room. */
async function addFont() {
  const path = "fonts/STIXTwoMath.woff2";
  if (!document.querySelector(`script[data-file="${path}"]`)) return;
  const face = new FontFace("STIX2", await new Response(await inside(path)).arrayBuffer());
  document.fonts.add(await face.load());
}

addFont().catch(() => {}); // the formulas are drawn with a font of the system
start().catch(() => {
  document.documentElement.dataset.python = "failed";
  /** @type {HTMLElement} */ (document.getElementById("damaged")).hidden = false;
});
