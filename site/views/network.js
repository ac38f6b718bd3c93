// The network: grey is the activation, the ring is the delta, width and colour of a line its weight.

import { symbolOf } from "../recording/read.js";
import { nodeOf, refOfEdge } from "../recording/refs.js";
import { roleOf } from "../recording/scene.js";
import * as format from "../text/format.js";
import { along, biasPlace, curve, plan, RIGHT } from "../widgets/network_layout.js";
import { guard, html, keyed, nothing, svg } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */
/** @typedef {import("../widgets/network_layout.js").Plan} Plan */

/** Made again only if something in it has changed. @param {Model} model @param {Send} send */
export function network(model, send) {
  const { t, recording, scene, highlighted, pinned, path, found } = model;
  const shown = [
    t,
    recording.network,
    scene,
    String(highlighted),
    String(pinned),
    String(path),
    found,
  ];
  return guard(shown, () => section(model, send));
}

/** @param {Model} model @param {Send} send */
function section(model, send) {
  const { t, recording, scene } = model;
  const moment = scene.moment;
  const where =
    moment && [t(`phase.${moment.step.phase}`), sampleOf(model)].filter(Boolean).join(" · ");
  const isWide = (recording.network?.layers.length ?? 0) > 3;
  return html`<section class="network ${isWide ? "wide" : ""}" aria-labelledby="network-heading">
    <h2><span id="network-heading">${t("network.heading")}</span><span class="where">${where}</span>
      <button type="button" class="legend-button" data-action="legend" aria-label=${t("help.open")} title=${t("help.open")} @click=${() => send("legend")}>?</button></h2>
    ${recording.network ? picture(model, send, recording.network, plan(recording.network.layers)) : html`<p class="soft">${t(noNetwork(model))}</p>`}
  </section>`;
}

/** @param {Model} model */
const noNetwork = ({ isOwn, found }) => {
  if (isOwn) return found ? "own.networkNone" : "own.network";
  return "network.none";
};

/** @param {Model} model */
function sampleOf({ t, scene, recording }) {
  return scene.sample < 0
    ? ""
    : t("network.sample", { sample: scene.sample + 1, samples: recording.samples.length });
}

/**
 * A click or Enter pins a node or a connection; the arrow keys move the focus between a node and its inputs.
 * @param {Event} event
 * @param {Send} send
 */
function choose(event, send) {
  const place = event.target instanceof Element ? event.target.closest("[data-pins]") : null;
  const key = event instanceof KeyboardEvent ? event.key : "Enter";
  const pins = place?.getAttribute("data-pins");
  if (!place || !pins || !["Enter", " ", "ArrowDown", "ArrowUp"].includes(key)) return;
  event.preventDefault();
  if (!key.startsWith("Arrow")) return send("pin", pins.split(" "));
  const node = nodeOf(pins.split(" ")[0]);
  const around = [
    ...(place.parentElement?.querySelectorAll(`[data-node="${node}"], [data-edge^="${node}-"]`) ??
      []),
  ].sort((a, b) => Number(b.hasAttribute("data-node")) - Number(a.hasAttribute("data-node")));
  const next = around.indexOf(place) + (key === "ArrowDown" ? 1 : -1);
  /** @type {any} */ (around.at(next % around.length)).focus();
}

/** @param {Model} model @param {Send} send @param {import("../recording/types.js").Network} network @param {Plan} p */
function picture(model, send, { layers, edges, biases }, p) {
  const { t, scene } = model;
  const lines = edges.map((edge) => ({ edge, ends: edge.split("-") }));
  const names = layers.map((_, l) =>
    t(l === 0 ? "network.inputs" : l < layers.length - 1 ? "network.hidden" : "network.outputs"),
  );
  return html`<div class="network-drawing" style="--wide:${p.width};--high:${p.height}"><svg viewBox="0 0 ${p.width} ${p.height}" role="group" aria-label=${t("network.picture")}
      @click=${(/** @type {Event} */ event) => choose(event, send)} @keydown=${(/** @type {Event} */ event) => choose(event, send)}>
    ${names.map((name, l) => svg`<text class="layer" x=${p.columns[l]} y="14">${name}</text>`)}
    ${lines.map(({ edge, ends: [to, from] }) => connection(model, p, edge, from, to))}
    ${biases.map((id) => bias(model, p, String(id)))}
    ${keyed(`${scene.position.iteration}/${scene.position.step}`, svg`<g class="pulses">${lines.map(({ edge, ends: [to, from] }) => pulse(model, p, edge, from, to))}</g>`)}
    ${layers.flat().map((id) => node(model, p, String(id)))}
    ${lines.map(({ edge, ends: [to, from] }) => label(model, p, edge, from, to))}
  </svg></div>`;
}

/** @param {number | undefined} x */
const sign = (x) => (x === undefined || x === 0 ? "zero" : x > 0 ? "plus" : "minus");
/** @param {number | undefined} weight */
const width = (weight) => (0.8 + Math.min(Math.abs(weight ?? 0), 8) * 0.75).toFixed(2);
/** @param {boolean} yes */
const flag = (yes) => (yes ? "" : nothing);

/** @param {Model} model @param {Plan} p @param {string} edge @param {string} from @param {string} to */
function connection(model, { nodes }, edge, from, to) {
  const [a, b] = [nodes.get(from), nodes.get(to)];
  return a && b ? wire(model, edge, curve(a, b), along(a, b, 0.62)) : nothing;
}

/**
 * @param {Model} model
 * @param {string} edge
 * @param {string} path
 * @param {import("../widgets/network_layout.js").Point} mark where it is marked when it differs
 * @param {unknown} [extra]
 */
function wire(model, edge, path, mark, extra) {
  const ref = refOfEdge(edge);
  const value = model.scene.state.get(ref);
  const { now, used, differs } = roleOf(model.scene, [ref, `dE_d${ref}`]);
  const changed = model.summary?.set.has(ref) ?? false;
  const says = `${symbolOf(model.recording, ref).text} ${format.signed(value)}${differs ? `, ${model.t("check.marked")}` : ""}`;
  return svg`<g class="edge ${sign(value)}" tabindex="-1" role="img" data-pinned=${flag(model.pinned.includes(ref))} data-pins=${ref}
      aria-label=${says} data-edge=${edge} data-ref=${ref} data-weight=${value === undefined ? nothing : format.repr(value)}
      data-now=${flag(now)} data-changed=${flag(changed)} data-used=${flag(used)} data-differs=${flag(differs)} data-path=${flag(model.path.includes(ref))}>
    <title>${says}</title>
    <path class="glow" d=${path}/><path class="line" d=${path} stroke-width=${width(value)}/><path class="reach" d=${path}/>${extra}
    ${differs ? wave(mark.x, mark.y, 30) : nothing}
  </g>`;
}

/** @param {Model} model @param {Plan} p @param {string} id */
function bias(model, p, id) {
  const at = p.nodes.get(id);
  if (!at) return nothing;
  const from = biasPlace(at, p.radius);
  return wire(
    model,
    `${id}-b`,
    `M${from.x} ${from.y} L${at.x} ${at.y}`,
    { x: from.x, y: from.y + 13 },
    svg`<rect x=${from.x - 7.5} y=${from.y - 7.5} width="15" height="15" rx="2"/><text x=${from.x} y=${from.y + 4.5}>1</text>`,
  );
}

/**
 * A dot travels along a connection only as numbers do: activations forward, deltas back. Its colour is the sign of what
 * arrives: of the weight times the activation, or times the delta.
 * @param {Model} model
 * @param {Plan} p
 * @param {string} edge
 * @param {string} from
 * @param {string} to
 */
function pulse(model, { nodes }, edge, from, to) {
  const step = model.scene.taken.find((one) => one.reads.includes(`w:${edge}`));
  const [a, b] = [nodes.get(from), nodes.get(to)];
  if (!a || !b || !step || step.phase === "update") return nothing;
  const carried = model.scene.state.get(refOfEdge(edge));
  const sent = model.scene.state.get(step.phase === "forward" ? `a:${from}` : `delta:${to}`);
  const product = sign(sent) === "zero" ? "zero" : sign(carried) === sign(sent) ? "plus" : "minus";
  return svg`<path class="pulse ${product}" pathLength="1" d=${step.phase === "forward" ? curve(a, b) : curve(b, a)}/>`;
}

/**
 * The weight beside a connection that this step sets or reads, or that is pointed at.
 * @param {Model} model
 * @param {Plan} p
 * @param {string} edge
 * @param {string} from
 * @param {string} to
 */
function label(model, { nodes }, edge, from, to) {
  const ref = refOfEdge(edge);
  const { now, used } = roleOf(model.scene, [ref]);
  const [a, b] = [nodes.get(from), nodes.get(to)];
  const pointed = String(model.highlighted) === ref || String(model.pinned) === ref;
  if (!a || !b || !(now || used || pointed)) return nothing;
  const gathers = nodeOf(model.scene.moment?.step.sets ?? "") === to;
  const at = along(a, b, gathers ? 0.32 : 0.5);
  const value = model.scene.state.get(ref);
  return svg`<text class="weight ${sign(value)}" x=${at.x} y=${at.y - 6} data-ref=${ref} data-now=${flag(now)}>${value === undefined ? "" : `${value > 0 ? "+" : ""}${format.brief(value)}`}</text>`;
}

/** @param {number | undefined} activation */
const grey = (activation) =>
  `${activation === undefined ? 0 : (5 + 39 * Math.min(1, Math.abs(activation))).toFixed(1)}%`;

/** @param {Model} model @param {Plan} p @param {string} id */
function node(model, p, id) {
  const { scene, recording, t } = model;
  const at = p.nodes.get(id);
  if (!at) return nothing;
  const refs = [`a:${id}`, `net:${id}`, `delta:${id}`, `slope:${id}`];
  const [a, net, delta, slope] = refs.map((ref) => scene.state.get(ref));
  const factors = [`dE_dy:${id}`, `dE_dnet:${id}`];
  const { now, used, differs } = roleOf(scene, [...refs, ...factors, `t:${id}`]);
  const target = scene.state.get(`t:${id}`);
  const isInput = recording.network?.layers[0].includes(Number(id));
  const says = [
    t("network.node", { node: id }),
    ...refs
      .filter((ref) => scene.state.has(ref))
      .map((ref) => `${symbolOf(recording, ref).text} ${format.short(scene.state.get(ref))}`),
    ...(differs ? [t("check.marked")] : []),
  ];
  const below =
    delta !== undefined
      ? `δ ${format.signed(delta)}`
      : slope !== undefined
        ? `${symbolOf(recording, refs[3]).text} ${format.short(slope)}`
        : net !== undefined
          ? `net ${format.signed(net)}`
          : "";
  return svg`<g class="node" transform="translate(${at.x} ${at.y})" tabindex="0" role="img" data-pinned=${flag(model.pinned.includes(refs[0]))} aria-label=${says.join(", ")}
      data-pins=${isInput ? refs[0] : `${refs[0]} ${refs[2]}`}
      data-node=${id} data-ref=${isInput ? refs[0] : refs.join(" ")}
      data-output=${a === undefined ? nothing : format.repr(a)} data-delta=${delta === undefined ? nothing : format.repr(delta)}
      data-now=${flag(now)} data-used=${flag(used)} data-differs=${flag(differs)} data-changed=${flag(refs.some((ref) => model.summary?.set.has(ref)))} data-path=${flag(model.path.includes(refs[0]))}>
    <circle class="halo" r=${p.radius + 12}/>
    ${delta === undefined ? nothing : svg`<circle class="ring ${sign(delta)}" r=${p.radius + 5} stroke-width=${ring(delta)}/>`}
    <circle class="disc" r=${p.radius} style="--grey:${grey(a)}"/>
    <text class="value" y="5">${a === undefined ? "" : format.fitting(a, (1.8 * p.radius) / 15)}</text>
    <text class="name" x=${-p.radius - 6} y=${p.radius + 2}>${id}</text>
    <text class="below ${delta === undefined ? "" : sign(delta)}" y=${p.radius + 24}>${below}</text>
    ${target === undefined ? nothing : svg`<text class="target" x=${RIGHT} y=${-p.radius - 14}>${t("network.target")} ${format.short(target, 3)}</text>`}
    ${differs ? wave(0, p.radius + 29, 64) : nothing}
    ${strip(model, id, p.radius + (below ? 31 : 12) + (differs ? 4 : 0))}
  </g>`;
}

/**
 * A wavy line marks what differs, everywhere in the page, so that colour alone need not tell it.
 * @param {number} x its middle
 * @param {number} y
 * @param {number} length
 */
function wave(x, y, length) {
  const path = `M${x - length / 2} ${y}q2 -4 4 0${"t4 0".repeat(length / 4 - 1)}`;
  return svg`<path class="wave under" d=${path}/><path class="wave" d=${path}/>`;
}

const MOST_SQUARES = 12;

/**
 * A square for each sample, its grey the node's output, empty if that is not computed yet; the current sample is framed.
 * @param {Model} model
 * @param {string} id
 * @param {number} top
 */
function strip({ t, recording, scene }, id, top) {
  const count = Math.min(recording.samples.length, MOST_SQUARES);
  if (count < 2) return nothing;
  const side = Math.min(9, 72 / count - 2);
  const left = (-count * (side + 2) + 2) / 2;
  const samples = recording.samples.length;
  const told = (/** @type {number} */ sample, /** @type {number | undefined} */ a) =>
    [t("network.sample", { sample: sample + 1, samples }), a === undefined ? "" : format.short(a)]
      .filter(Boolean)
      .join(": ");
  const squares = recording.samples.slice(0, count).map((_, sample) => {
    const a = scene.state.get(`a:${id}/${sample}`);
    return svg`<rect x=${left + sample * (side + 2)} y=${top} width=${side} height=${side} data-known=${flag(a !== undefined)}
      data-shown=${flag(sample === scene.sample)} style="--grey:${grey(a)}"><title>${told(sample, a)}</title></rect>`;
  });
  return svg`<g class="strip">${squares}</g>`;
}

/** @param {number} delta */
const ring = (delta) =>
  (delta === 0 ? 0 : 1.2 + 7 * Math.min(1, Math.sqrt(Math.abs(delta) / 0.25))).toFixed(2);
