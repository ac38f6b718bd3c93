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

start().catch(() => {
  document.documentElement.dataset.python = "failed";
  /** @type {HTMLElement} */ (document.getElementById("damaged")).hidden = false;
});
