// Lays out the page: which views are shown, and where.

import { isOneFile } from "./python/assets.js";
import { askedPosition, isCourse, isUntold } from "./state/selection.js";
import { boundary } from "./views/boundary.js";
import { course } from "./views/course.js";
import { derivation } from "./views/derivation.js";
import { details } from "./views/details.js";
import { downloadMenu } from "./views/download_menu.js";
import { editor } from "./views/editor.js";
import { embedding } from "./views/embedding.js";
import { errors } from "./views/errors.js";
import { exerciseCard, exerciseList, exerciseProgress } from "./views/exercises.js";
import { factorRows } from "./views/factors.js";
import { files, missingFile } from "./views/files.js";
import { findings } from "./views/findings.js";
import { firstVisit } from "./views/first_visit.js";
import { found } from "./views/found.js";
import { gradient } from "./views/gradient.js";
import { handout } from "./views/handout.js";
import { handwriting } from "./views/handwriting.js";
import { header } from "./views/header.js";
import { help } from "./views/help.js";
import { history as pinnedHistory } from "./views/history.js";
import { inquiry } from "./views/inquiry.js";
import { landscape } from "./views/landscape.js";
import { largeNetwork } from "./views/large_network.js";
import { layers } from "./views/layers.js";
import { lesson } from "./views/lesson.js";
import { loss } from "./views/loss.js";
import { matrices } from "./views/matrices.js";
import { misread } from "./views/misread.js";
import { needle } from "./views/needle.js";
import { network } from "./views/network.js";
import { neuron } from "./views/neuron.js";
import { nodePictures } from "./views/node_pictures.js";
import { notices } from "./views/notices.js";
import { output } from "./views/output.js";
import { passages } from "./views/passages.js";
import { pictures } from "./views/pictures.js";
import { playground } from "./views/playground.js";
import { presenter } from "./views/presenter.js";
import { repair } from "./views/repair.js";
import { samples } from "./views/samples.js";
import { columnWidths, splitters } from "./views/splitters.js";
import { starts } from "./views/starts.js";
import { status } from "./views/status.js";
import { step } from "./views/step.js";
import { sides, tabs } from "./views/tabs.js";
import { teacherMenu } from "./views/teacher_menu.js";
import { teachers } from "./views/teachers.js";
import { tips } from "./views/tips.js";
import { transport } from "./views/transport.js";
import { versions } from "./views/versions.js";
import { fileDrop } from "./widgets/file_drop.js";
import { isLarge } from "./widgets/large_layout.js";
import { html, nothing } from "./widgets/vendor.js";

/**
 * The panels that a lesson.toml can name, each with its view.
 * @type {Record<string, (model: import("./state/types.js").Model, send: import("./state/messages.js").Send) => unknown>}
 */
const LESSON_PANELS = {
  boundary,
  derivation,
  handwriting,
  landscape,
  matrices,
  misread,
  neuron,
  playground,
  starts,
};

/** The panels that stand below the network. */
const BELOW = ["misread", "handwriting"];

/** The network, drawn node by node or by layers. @param {import("./state/types.js").Model} now @param {import("./state/messages.js").Send} send */
const networkOf = (now, send) =>
  isLarge(now.recording.network?.layers ?? [])
    ? [largeNetwork(now, send), nodePictures(now, send)]
    : network(now, send);

/** The handlers of a page that takes no dropped files: the browser does as it likes with them. */
const NO_DROP = { over: nothing, leave: nothing, drop: nothing };

/**
 * The first screen: the network takes all steps of a beat together.
 * @param {import("./state/types.js").Model} now
 * @param {import("./state/messages.js").Send} send
 * @param {import("./state/first_visit.js").FirstVisit} first
 */
function firstScreen(now, send, { beats, at }) {
  const together = { ...now, scene: { ...now.scene, taken: beats[at].steps } };
  return firstVisit(now, send, network(together, send));
}

/**
 * The whole page, as one template.
 * @param {import("./state/types.js").Model} now
 * @param {import("./state/messages.js").Send} send
 */
export function page(now, send) {
  const { isStale, view, said } = now;
  const { hide, embed, present } = view;
  if (view.teachers) return teachers(now, send, !isOneFile);
  if (isCourse()) return course(now, send);
  if (now.first) return firstScreen(now, send, now.first);
  const has = (/** @type {string} */ panel) => !hide.includes(panel);
  const doing = status(now, send);
  const untold = isUntold();
  const panels = (now.lesson?.panels ?? [])
    .filter(has)
    .map((name) => ({ name, panel: LESSON_PANELS[name](now, send) }))
    .filter(({ panel }) => panel !== nothing); // some show nothing during an exercise
  const own = panels.map(({ panel }) => panel);
  const [ownAbove, ownBelow] = [false, true].map((isBelow) =>
    panels.filter(({ name }) => BELOW.includes(name) === isBelow).map(({ panel }) => panel),
  );
  const sheets = handout(now, send, (scene) => networkOf({ ...now, scene }, send));
  if (present) {
    const halves = {
      panel: own.length ? own : null,
      network: has("network") ? networkOf(now, send) : null,
      step: has("step") ? step(now, send) : null,
      curve: has("loss") ? html`<div class="time">${loss(now, send)}</div>` : null,
    };
    const asked = isStale || now.run.state !== "idle" ? doing : nothing;
    const foot = transport(now, send, nothing, said);
    return [presenter(now, send, halves, asked, errors(now, send), foot), sheets];
  }
  const outcome =
    has("findings") && !untold
      ? findings(now, send, (factors) => factorRows(now, send, factors))
      : nothing;
  const left = has("editor") || has("output") || has("findings");
  const opinion =
    has("gradient") && !now.hidesChecks && !askedPosition() && !now.isDrawn
      ? [untold ? nothing : layers(now, send), gradient(now, send)]
      : nothing;
  const direction = untold ? nothing : needle(now);
  const mayAsk = !untold && !askedPosition() && !now.isDrawn;
  const asked = mayAsk ? inquiry(now, send) : nothing;
  const roles = now.isOwn && has("found");
  const middle = has("network") || (has("samples") && !roles) || has("gradient") || own.length;
  const columns = [left && "code", roles && "found", middle && "picture", has("step") && "words"]
    .filter(Boolean)
    .join(" ");
  const drop = has("editor") ? fileDrop((files) => send("open-files", files)) : NO_DROP;
  const isEmpty = now.isOwn && !now.recording.kept.length;
  const isGuided = now.passages.length > 0 && has("lesson") && has("step") && !embed;
  const parts = /** @type {import("./state/types.js").Tab[]} */ (
    [
      left && "code",
      roles ? "found" : has("samples") && "samples",
      has("loss") && "curve",
      isGuided && "lesson",
    ].filter(Boolean)
  );
  const tab = parts.includes(now.tab) ? now.tab : parts[0];
  const isTabbed = !embed && !isEmpty;
  return html`<div class="stage ${embed ? "embed" : ""}" data-tab=${isTabbed && tab ? tab : nothing} @dragenter=${drop.over} @dragover=${drop.over} @dragleave=${drop.leave} @drop=${drop.drop}>
    ${header(now, send, has("editor") ? nothing : doing, exerciseProgress(now, send), [downloadMenu(now, send), embed ? nothing : teacherMenu(now, send)])}
    <div class="above">${exerciseCard(now, send)}</div>
    ${notices(now, send)}
    <main data-columns=${columns} style=${columnWidths(now)} ?data-stale=${isStale} ?data-empty=${isEmpty}>
      ${left ? html`<div class="column code-column">${has("editor") ? editor(now, send, doing, [repair(now, send), errors(now, send), missingFile(now, send), roles ? nothing : outcome], files(now, send)) : roles ? nothing : outcome}${has("output") ? output(now, pictures(now)) : nothing}</div>` : nothing}
      ${roles ? html`<div class="column found-column">${found(now, send, outcome, has("samples") ? samples(now, send) : nothing)}${opinion}</div>` : nothing}
      ${middle ? html`<div class="column picture-column">${ownAbove}${has("network") ? networkOf(now, send) : nothing}${ownBelow}${asked}${roles ? nothing : [has("samples") ? samples(now, send) : nothing, opinion]}</div>` : nothing}
      ${has("step") ? html`<div class="column words-column" data-side=${isGuided ? now.side : nothing}>${step(now, send, isGuided ? sides(now, send) : nothing)}${isGuided ? passages(now, send) : nothing}${details(now, mayAsk ? send : null)}</div>` : nothing}
      ${splitters(now, send, columns)}
    </main>
    ${isTabbed ? tabs(now, send, parts, tab) : nothing}
    ${transport(now, send, has("loss") ? html`<div class="course-of-error"><div class="time">${loss(now, send)}${pinnedHistory(now, send)}</div>${direction}</div>` : nothing, said)}
  </div>
  ${embedding(now, send)}${versions(now, send)}${help(now, send)}${tips(now, send)}
  ${embed || !has("lesson") ? nothing : lesson(now, send, has("exercises") ? exerciseList(now, send) : nothing)}
  ${sheets}`;
}
