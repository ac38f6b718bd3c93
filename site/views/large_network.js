// A network with large layers: the input as the image that it is, each node of a large hidden layer as a tile with its
// incoming weights. Connections are drawn for what this step uses and for the node that is pointed at.

import { symbolOf } from "../recording/read.js";
import { nodeOf } from "../recording/refs.js";
import { inputsAt, roleOf } from "../recording/scene.js";
import * as format from "../text/format.js";
import { columnsOf, fixedOf, isImage } from "../widgets/large_layout.js";
import { curve } from "../widgets/network_layout.js";
import { largest, moveOf, pixels } from "../widgets/pixels.js";
import { guard, html, nothing, svg } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */
/** @typedef {import("../recording/types.js").Network} Network */
/** @typedef {import("../widgets/large_layout.js").LargePlan} Plan */
/** @typedef {import("../widgets/large_layout.js").Block} Block */
/** @typedef {import("../widgets/large_layout.js").Fixed} Fixed */

/** Made again only if something in it has changed. @param {Model} model @param {Send} send */
export function largeNetwork(model, send) {
  const { t, recording, scene, highlighted, pinned, dark } = model;
  const shown = [t, recording.network, scene, String(highlighted), String(pinned), dark];
  return guard(shown, () => section(model, send));
}

/** @param {Model} model @param {Send} send */
function section(model, send) {
  const { t, recording, scene, dark } = model;
  const network = /** @type {Network} */ (recording.network);
  const fixed = fixedOf(network);
  const { plan } = fixed;
  const phase = scene.moment && t(`phase.${scene.moment.step.phase}`);
  const sample = model.isDrawn
    ? t("handwriting.sample")
    : scene.sample >= 0 &&
      t("network.sample", { sample: scene.sample + 1, samples: recording.samples.length });
  const { pictures, mostWeight } = tilesOf(model, fixed);
  const ratio = `--wide:${plan.width};--high:${plan.height}`;
  return html`<section class="network large" aria-labelledby="network-heading">
    <h2 id="network-heading">${t("network.heading")}<span class="where">${[phase, sample].filter(Boolean).join(" · ")}</span></h2>
    <div class="stacked" style=${ratio}>
      <canvas aria-hidden="true" ${pixels(pictures, plan.width, plan.height, dark)}></canvas>
      <svg viewBox="0 0 ${plan.width} ${plan.height}" role="group" aria-label=${t("large.picture")}
          @click=${(/** @type {Event} */ event) => choose(event, send)} @keydown=${(/** @type {KeyboardEvent} */ event) => choose(event, send)}>
        ${names(model, plan)}
        ${lines(model, fixed)}
        ${plan.blocks.map((block) => (block.kind === "image" ? image(model, block, plan) : block.nodes.map((id) => node(model, block, plan, String(id)))))}
      </svg>
    </div>
    ${mostWeight ? html`<p class="soft scale">${t("large.tiles", { most: format.short(mostWeight, 3) })}</p>` : nothing}
  </section>`;
}

/** @type {WeakMap<import("../recording/scene.js").Scene, ReturnType<typeof picturesOf>>} pointing at something changes no picture */
const lastTiles = new WeakMap();

/** @param {Model} model @param {Fixed} fixed */
function tilesOf(model, fixed) {
  const known = lastTiles.get(model.scene) ?? picturesOf(model, fixed);
  lastTiles.set(model.scene, known);
  return known;
}

/**
 * The pictures on the canvas: the image, and in each tile the weights into its node, or, where those make no image, its
 * activation. All weights have one scale.
 * @param {Model} model @param {Fixed} fixed
 */
function picturesOf({ scene, recording }, { plan, below, inputs, weights }) {
  const { state } = scene;
  /** @type {import("../widgets/pixels.js").Picture[]} */
  const pictures = [];
  const tiles = [];
  for (const { nodes, kind, columns, x, y, width, height } of plan.blocks) {
    if (kind === "image") {
      const values = inputsAt(recording, scene, inputs.get(String(plan.blocks[1]?.nodes[0])) ?? []);
      const most = Math.max(1, largest(values));
      const signed = values.some((value) => value !== undefined && value < 0);
      pictures.push({ values, columns, most, signed, x, y, width, height });
    }
    for (const id of kind === "tiles" ? nodes.map(String) : []) {
      const spot = /** @type {import("../widgets/large_layout.js").Spot} */ (plan.spots.get(id));
      const under = below.get(id) ?? [];
      const half = spot.size / 2;
      const place = { x: spot.x - half, y: spot.y - half, width: spot.size, height: spot.size };
      if (isImage(under))
        tiles.push({
          values: state.list(weights.get(id) ?? []),
          columns: columnsOf(under.length),
          signed: true,
          ...place,
        });
      else
        pictures.push({
          values: [state.get(`a:${id}`)],
          columns: 1,
          most: 1,
          signed: true,
          ...place,
        });
    }
  }
  const mostWeight = Math.max(0, ...tiles.map(({ values }) => largest(values)));
  return {
    pictures: [...pictures, ...tiles.map((tile) => ({ ...tile, most: mostWeight }))],
    mostWeight,
  };
}

/** @param {Model} model @param {Plan} plan */
const names = ({ t }, { blocks }) =>
  blocks.map(({ nodes, x, width }, l) => {
    const key = l === 0 ? "inputs" : l < blocks.length - 1 ? "hidden" : "outputs";
    return svg`<text class="layer" x=${x + width / 2} y="14">${t(`large.${key}`, { count: nodes.length })}</text>`;
  });

/** @param {boolean} yes */
const flag = (yes) => (yes ? "" : nothing);
/** @param {number | undefined} x */
const sign = (x) => (x === undefined || x === 0 ? "zero" : x > 0 ? "plus" : "minus");

/**
 * The connections that this step sets or reads, and those of the node that is pointed at. All those from an image into one
 * node are one beam.
 * @param {Model} model @param {Fixed} fixed
 */
function lines(model, fixed) {
  const { scene, highlighted, pinned } = model;
  const { plan, below } = fixed;
  const step = scene.moment?.step;
  const pointed = new Set([...highlighted, ...pinned].map(nodeOf));
  const hasImage = plan.blocks[0].kind === "image";
  /** @type {Map<string, boolean>} whether the step reads it, by the node that it leads into */
  const beams = new Map();
  /** @type {Map<string, unknown>} */
  const drawn = new Map();
  const add = (/** @type {string} */ ref, /** @type {boolean} */ isRead) => {
    const [to, from] = ref.slice(2).split("-");
    const isInBeam = hasImage && !below.has(from) && ref !== step?.sets && !pointed.has(from);
    if (isInBeam) beams.set(to, isRead || beams.get(to) === true);
    else if (!drawn.has(ref))
      drawn.set(ref, line(model, plan, ref, from, to, roleOf(scene, [ref])));
  };
  if (step?.sets.startsWith("w:")) add(step.sets, false);
  for (const ref of step?.reads ?? []) if (ref.startsWith("w:")) add(ref, true);
  for (const node of pointed) for (const ref of edgesOf(node, fixed)) add(ref, false);
  return [...[...beams].map(([to, isRead]) => beam(plan, to, isRead)), ...drawn.values()];
}

/** The connections of a node. @param {string} node @param {Fixed} fixed */
const edgesOf = (node, { above, weights }) => [
  ...(weights.get(node) ?? []),
  ...(above.get(node) ?? []).map((to) => `w:${to}-${node}`),
];

/** @param {Plan} plan @param {string} to @param {boolean} used */
function beam({ blocks, spots }, to, used) {
  const [image] = blocks;
  const end = spots.get(to);
  if (!end) return nothing;
  const [left, right] = [image.x + image.width, end.x - end.size / 2 - 3];
  const middle = (left + right) / 2;
  const [top, bottom] = [end.y - end.size / 2, end.y + end.size / 2];
  const path = `M${left} ${image.y}C${middle} ${image.y} ${middle} ${top} ${right} ${top}L${right} ${bottom}C${middle} ${bottom} ${middle} ${image.y + image.height} ${left} ${image.y + image.height}Z`;
  return svg`<path class="beam" data-used=${flag(used)} d=${path}/>`;
}

/** @param {Model} model @param {Plan} plan @param {string} ref @param {string} from @param {string} to @param {ReturnType<typeof roleOf>} role */
function line({ scene, recording }, { spots }, ref, from, to, { now, used, differs }) {
  const [a, b] = [spots.get(from), spots.get(to)];
  if (!a || !b) return nothing;
  const value = scene.state.get(ref);
  const says = `${symbolOf(recording, ref).text} ${format.signed(value)}`;
  const path = curve({ x: a.x + a.size / 2, y: a.y }, { x: b.x - b.size / 2 - 3, y: b.y });
  const width = (0.8 + Math.min(Math.abs(value ?? 0), 8) * 0.75).toFixed(2);
  return svg`<g class="edge ${sign(value)}" role="img" aria-label=${says} data-pins=${ref} data-edge=${ref.slice(2)} data-ref=${ref}
    data-weight=${value === undefined ? nothing : format.repr(value)} data-now=${flag(now)} data-used=${flag(used)} data-differs=${flag(differs)}>
    <title>${says}</title><path class="glow" d=${path}/><path class="line" d=${path} stroke-width=${width}/><path class="reach" d=${path}/></g>`;
}

/**
 * The squares over the image, which are pointed at; the one that this step sets is framed, and the whole if the step reads it.
 * @param {Model} model @param {Block} block @param {Plan} plan
 */
function image({ t, scene }, block, plan) {
  const { nodes, x, y, width, height } = block;
  const refs = nodes.map((id) => `a:${id}`);
  const sets = scene.moment?.step.sets;
  const reads = scene.moment?.step.reads ?? [];
  const now = sets?.startsWith("a:") ? plan.spots.get(sets.slice(2)) : undefined;
  const isNow = now && refs.includes(/** @type {string} */ (sets));
  const half = (now?.size ?? 0) / 2;
  return svg`<rect class="frame" x=${x} y=${y} width=${width} height=${height} data-used=${flag(reads.length > 2 && reads.includes(refs[0]))}/>
    ${guard([plan, t], () => svg`<g>${nodes.map((id, i) => square(t, block, plan, String(id), i))}</g>`)}
    ${isNow ? svg`<rect class="frame" data-now x=${now.x - half} y=${now.y - half} width=${now.size} height=${now.size}/>` : nothing}`;
}

/** @param {import("../text/i18n.js").Translate} t @param {Block} block @param {Plan} plan @param {string} id @param {number} i */
function square(t, { columns }, { spots }, id, i) {
  const spot = spots.get(id);
  if (!spot) return nothing;
  const { x, y, size } = spot;
  return svg`<rect class="square" role="img" aria-label=${t("network.node", { node: id })} tabindex=${i ? "-1" : "0"} data-at=${i} data-columns=${columns} data-pins="a:${id}" data-ref="a:${id}" x=${x - size / 2} y=${y - size / 2} width=${size} height=${size}/>`;
}

/** @param {Model} model @param {Block} block @param {Plan} plan @param {string} id */
function node({ t, scene, recording, pinned }, { kind, nodes }, { spots }, id) {
  const spot = spots.get(id);
  if (!spot) return nothing;
  const refs = [`a:${id}`, `net:${id}`, `delta:${id}`];
  const [a, net, delta] = refs.map((ref) => scene.state.get(ref));
  const { now, used, differs } = roleOf(scene, [...refs, `slope:${id}`, `t:${id}`, `b:${id}`]);
  const target = scene.state.get(`t:${id}`);
  const said = refs.filter((ref) => scene.state.has(ref));
  const says = [
    t("network.node", { node: id }),
    ...said.map((ref) => `${symbolOf(recording, ref).text} ${format.short(scene.state.get(ref))}`),
    ...(differs ? [t("check.marked")] : []),
  ].join(", ");
  const half = spot.size / 2;
  const isTile = kind === "tiles";
  const ring = delta ? 0.8 + 5 * Math.min(1, Math.sqrt(Math.abs(delta) / 0.25)) : 0;
  const shape = (/** @type {string} */ name, /** @type {number} */ more) =>
    svg`<rect class=${name} x=${-half - more} y=${-half - more} width=${spot.size + 2 * more} height=${spot.size + 2 * more} rx=${isTile ? 3 : half + more}/>`;
  return svg`<g class="node ${isTile ? "tile" : ""}" transform="translate(${spot.x} ${spot.y})" tabindex="0" role="img" aria-label=${says}
      data-pinned=${flag(pinned.includes(refs[0]))} data-pins=${`${refs[0]} ${refs[2]}`} data-node=${id} data-ref=${refs.join(" ")}
      data-output=${a === undefined ? nothing : format.repr(a)} data-delta=${delta === undefined ? nothing : format.repr(delta)}
      data-now=${flag(now)} data-used=${flag(used)} data-differs=${flag(differs)}>
    <title>${says}</title>
    ${shape("halo", isTile ? 5 : 8)}
    ${ring ? svg`<rect class="ring ${sign(delta)}" stroke-width=${ring.toFixed(2)} x=${-half - 2} y=${-half - 2} width=${spot.size + 4} height=${spot.size + 4} rx=${isTile ? 4 : half + 2}/>` : nothing}
    <rect class="disc ${isTile ? "clear" : ""}" x=${-half} y=${-half} width=${spot.size} height=${spot.size} rx=${isTile ? 2 : half} style="--grey:${grey(a)}"/>
    ${isTile ? nothing : beside(a ?? net, delta, target, nodes.indexOf(Number(id)))}
    ${differs ? svg`<path class="wave under" d="M-14 ${half + 5}q3.5 -4 7 0t7 0t7 0t7 0"/><path class="wave" d="M-14 ${half + 5}q3.5 -4 7 0t7 0t7 0t7 0"/>` : nothing}
  </g>`;
}

/** Beside a node of a small layer: which one it is, its number, its delta; a bar where its target is 1. @param {number | undefined} value @param {number | undefined} delta @param {number | undefined} target @param {number} place */
function beside(value, delta, target, place) {
  return svg`<text class="value" y="5">${place}</text>
    <text class="number" x="24" y=${delta === undefined ? 5 : -2}>${value === undefined ? "" : format.brief(value)}${target ? ` ◂ ${format.short(target, 3)}` : ""}</text>
    ${delta === undefined ? nothing : svg`<text class="number delta ${sign(delta)}" x="24" y="13">${format.signed(delta, 3)}</text>`}`;
}

/** @param {number | undefined} activation */
const grey = (activation) =>
  `${activation === undefined ? 0 : (5 + 39 * Math.min(1, Math.abs(activation))).toFixed(1)}%`;

/**
 * A click or Enter pins a node, a square or a connection; arrow keys move over the squares of the image.
 * @param {Event} event @param {Send} send
 */
function choose(event, send) {
  const place = event.target instanceof Element ? event.target.closest("[data-pins]") : null;
  const pins = place?.getAttribute("data-pins");
  if (!place || !pins) return;
  if (!(event instanceof KeyboardEvent)) return send("pin", pins.split(" "));
  if (["Enter", " "].includes(event.key)) {
    event.preventDefault();
    return send("pin", pins.split(" "));
  }
  const move = moveOf(event.key, Number(place.getAttribute("data-columns")));
  if (!move || !place.hasAttribute("data-at")) return;
  event.preventDefault();
  event.stopPropagation();
  const next = Number(place.getAttribute("data-at")) + move;
  /** @type {HTMLElement | null | undefined} */ (
    place.parentElement?.querySelector(`[data-at="${next}"]`)
  )?.focus();
}
