// Loads the page's program, which is packed, and runs it. Stands in the head, so that program and lesson are asked for first.
// The page's policy names this script and the program by their hashes, so nothing else runs, and no program that is damaged.

import { askFor, isOneFile, text } from "./python/assets.js";
import { inside } from "./python/inside.js";
import { FIRST_LESSON } from "./state/first_lesson.js";

/** The message for a copy of the page that is cut off before the sentences of site/index.html. */
const CUT_EARLY =
  "This copy of the page is cut off. Load or save it again. 这一份页面不完整，请重新载入或重新保存。";

async function start() {
  await inside("zstd.wasm"); // stands behind the page's own elements: these are there now
  const program = document.createElement("script");
  program.textContent = await text("program.js");
  document.head.append(program);
}

/** In the one file the font of the formulas stands in the page as the other files do: as base64 it would take twice the room. */
async function addFont() {
  if (!isOneFile) return;
  const font = new Response(await inside("fonts/STIXTwoMath.woff2"));
  const face = new FontFace("STIX2", await font.arrayBuffer());
  document.fonts.add(await face.load());
}

/** The program did not come: says which file, and offers to try again. @param {any} error */
function failed(error) {
  if (origin === "null" && !isOneFile && location.protocol.startsWith("http"))
    return location.replace(`backprop-lab.html${location.search}${location.hash}`); // a sandboxed frame cannot load files
  document.documentElement.dataset.python = "failed";
  document.querySelector(".waiting")?.remove();
  const said = document.getElementById(isOneFile ? "damaged" : "unloaded");
  if (!said) return document.body.append(CUT_EARLY);
  said.hidden = false;
  said.querySelector("code")?.replaceChildren(error.file ?? "program.js");
  said.querySelector("button")?.addEventListener("click", () => location.reload());
}

askFor("program.js");
askFor(`lessons/${new URLSearchParams(location.search).get("lesson") ?? FIRST_LESSON}.json`);
addFont().catch(() => {}); // the formulas are drawn with a font of the system
start().catch(failed);
