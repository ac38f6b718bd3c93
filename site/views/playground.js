// The playground: the outputs of every node all over the plane, and controls that write the program's constants.

import { symbolOf } from "../recording/read.js";
import * as format from "../text/format.js";
import { constantIn } from "../text/program_constants.js";
import { decoded } from "../text/table.js";
import { heatMap } from "../widgets/heatmap.js";
import { html, live, nothing, svg } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */
/** @typedef {import("../recording/types.js").PlaygroundGiven} Given */
/** @typedef {import("../recording/types.js").Maps} Maps */

/** The constants with a few values to choose from, as Python text. @type {Record<string, [name: string, values: string[]][]>} */
const CHOICES = {
  data: [
    ["dataset", ["xor-rows", "xor", "circle", "gaussians", "spiral", "plane", "hills"].map(quoted)],
    ["noise", ["0", "0.03", "0.1", "0.2", "0.3", "0.5"]],
    ["test_part", ["0", "0.1", "0.3", "0.5", "0.7"]],
    ["seed", ["1", "2", "3", "4", "5", "6", "7", "8"]],
  ],
  network: [
    ["activation", ["sigmoid", "tanh", "relu", "linear"].map(quoted)],
    ["output", ["sigmoid", "tanh", "linear"].map(quoted)],
  ],
  training: [
    ["cost", ["squared", "cross-entropy"].map(quoted)],
    ["learning_rate", ["0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1", "3", "10"]],
    ["batch_size", ["1", "2", "5", "10", "20", "50", "1000"]],
    ["epochs", ["1", "5", "10", "20", "40", "100", "200", "500"]],
    ["momentum", ["0", "0.5", "0.9", "0.99"]],
    ["l1", ["0", "0.001", "0.003", "0.01", "0.03", "0.1"]],
    ["l2", ["0", "0.001", "0.003", "0.01", "0.03", "0.1"]],
  ],
};
const INPUTS = ["x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(x1)", "sin(x2)"];
const MOST_LAYERS = 6;
const MOST_NODES = 8;
const MOST_BYTES = 1_000_000; // of a file: more than 500 points, which are refused, whatever comes after them

/** @param {string} text */
function quoted(text) {
  return `"${text}"`;
}

/** A constant as the program has it, quoted as here; null where it has none. @param {Model} model @param {string} name */
const textOf = ({ code }, name) => constantIn(code, name)?.replaceAll("'", '"') ?? null;

/** A list that is written out; null for anything else. @param {string | null} text @returns {any[] | null} */
function listOf(text) {
  try {
    const found = JSON.parse(text ?? "");
    return Array.isArray(found) ? found : null;
  } catch {
    return null;
  }
}

/** @param {Model} model @param {Send} send */
export function playground(model, send) {
  const { t, recording } = model;
  const given = recording.playground?.given;
  return html`<section class="playground" aria-labelledby="playground-heading">
    <h2 id="playground-heading">${t("playground.heading")}</h2>
    ${given ? pictures(model, send, given) : html`<p class="soft">${t("playground.none")}</p>`}
    <div class="constants">
      ${group(model, send, "data", own(model, send))}
      ${group(model, send, "network", [layers(model, send), inputs(model, send)])}
      ${group(model, send, "training")}
    </div>
  </section>`;
}

// ---- Pictures

/** The node whose map is large: the highlighted or pinned one, else the output. @param {Model} model @param {Given} given */
function chosen({ highlighted, pinned }, given) {
  const nodes = given.layers.flat();
  const found = [...highlighted, ...pinned]
    .map((ref) => /^(?:a|net|delta):(\d+)/.exec(ref))
    .find((match) => match && nodes.includes(Number(match[1])));
  return found ? Number(found[1]) : nodes[nodes.length - 1];
}

/** @param {Model} model @param {Send} send @param {Given} given */
function pictures(model, send, given) {
  const { t, maps, mapsAreHere, python, dark } = model;
  const isLate = !mapsAreHere && python.state !== "ready"; // else they come in a moment
  const node = chosen(model, given);
  const name = nameOf(model, given, node);
  const isOutput = node === given.layers.at(-1)?.[0];
  return html`<div class="pictures" ?data-late=${isLate}>
    <div class="plane-side">
      <div class="plane" data-node-shown=${node} data-here=${mapsAreHere ? "" : nothing}>
        ${maps ? html`<canvas role="img" aria-label=${t("playground.map", { name })} ${heatMap(maps.bytes[node], dark)}></canvas>` : nothing}
        ${points(model, send, given)}
      </div>
      <p class="scale"><span class="unseen">${t("playground.scale")}</span>${scale(model, node)}</p>
    </div>
    <div class="told">
      <p class="shown">${isOutput ? t("playground.answer") : t("playground.ofNode", { name })}</p>
      ${table(model, given)}
      ${legend(model, given)}
      ${given.lost === null ? nothing : lost(model, send, given.lost)}
      ${isLate ? html`<p class="soft" role="status">${t("playground.waiting")}</p>` : nothing}
    </div>
  </div>
  ${maps ? nodes(model, send, given, maps) : nothing}`;
}

/** @param {Model} model @param {Given} given @param {number} node */
function nameOf({ recording }, given, node) {
  const input = given.layers[0].indexOf(node);
  return input < 0 ? symbolOf(recording, `a:${node}`).text : inputName(given.inputs[input]);
}

/** @param {string} input */
const inputName = (input) =>
  input
    .replaceAll("x1", "x₁")
    .replaceAll("x2", "x₂")
    .replaceAll("^2", "²")
    .replaceAll("*", "")
    .replace(/[()]/g, " ")
    .trim();

/** The outputs at both ends of the colours. @param {Model} model @param {number} node */
function scale({ maps }, node) {
  const [low, high] = maps?.ranges[node] ?? [0, 1];
  return html`<span>${format.short(low, 3)}</span><span class="colours" aria-hidden="true"></span><span>${format.short(high, 3)}</span>`;
}

/** @param {Model} model @param {Send} send @param {Given} given */
function points(model, send, given) {
  const { t, mark } = model;
  const [[left, right], [bottom, top]] = given.span;
  const middle = given.is_classes ? 0.5 : 0;
  const dot = (/** @type {number[]} */ [x1, x2, target], /** @type {string} */ kind) =>
    svg`<circle class="${kind} ${target > middle ? "plus" : "minus"}" cx=${(((x1 - left) / (right - left)) * 100).toFixed(2)}
      cy=${(((top - x2) / (top - bottom)) * 100).toFixed(2)} r="1.5"/>`;
  const press = (/** @type {PointerEvent} */ event) => {
    const box = /** @type {Element} */ (event.currentTarget).getBoundingClientRect();
    const x1 = left + ((event.clientX - box.left) / box.width) * (right - left);
    const x2 = top - ((event.clientY - box.top) / box.height) * (top - bottom);
    send("draw-point", { x1, x2 });
  };
  return html`<svg viewBox="0 0 100 100" role="img" class=${mark ? "drawing" : nothing} aria-label=${t("playground.points", { train: given.train.length, test: given.test.length })}
      @click=${mark ? press : nothing}>
    ${given.train.map((point) => dot(point, "train"))}${given.test.map((point) => dot(point, "test"))}
  </svg>`;
}

/** @param {Model} model @param {Given} given */
function table({ t, maps }, given) {
  if (!maps) return nothing;
  const row = (
    /** @type {"train" | "test"} */ name,
  ) => html`<tr><th scope="row">${t(`playground.${name}`)}</th>
      <td data-error=${name} title=${maps[name]?.error == null ? nothing : format.repr(maps[name].error)}>${maps[name] ? format.short(maps[name].error ?? Number.NaN) : "–"}</td>
      ${given.is_classes ? html`<td data-right=${name}>${maps[name]?.right == null ? "–" : `${format.short(maps[name].right * 100, 3)} %`}</td>` : nothing}</tr>`;
  return html`<table>
    <thead><tr><td></td><th scope="col">${t("playground.error")}</th>${given.is_classes ? html`<th scope="col">${t("playground.right")}</th>` : nothing}</tr></thead>
    <tbody>${row("train")}${given.test.length ? row("test") : nothing}</tbody>
  </table>`;
}

/** @param {Model} model @param {Given} given */
function legend({ t }, given) {
  const dot = (/** @type {string} */ kind) =>
    html`<svg class="dot" viewBox="0 0 10 10" aria-hidden="true"><circle class=${kind} cx="5" cy="5" r="3.6"/></svg>`;
  const [plus, minus] = given.is_classes ? ["one", "zero"] : ["above", "below"];
  return html`<p class="legend">${dot("train plus")}${t(`playground.${plus}`)} ${dot("train minus")}${t(`playground.${minus}`)}
    ${given.test.length ? html`${dot("test plus")}${t("playground.aside")}` : nothing}</p>`;
}

/** @param {Model} model @param {Send} send @param {number} iteration */
const lost = ({ t }, send, iteration) => html`<div class="lost" role="status">
    <p>${t("playground.lost", { iteration: iteration + 1 })}</p>
    <button type="button" data-action="lost" @click=${() => send("iteration", Math.max(0, iteration - 1))}>${t("playground.before")}</button>
  </div>`;

/** A small map for every node, layer by layer. @param {Model} model @param {Send} send @param {Given} given @param {Maps} maps */
function nodes(model, send, given, maps) {
  const { t, pinned, dark } = model;
  const one = (/** @type {number} */ node) => {
    const ref = `a:${node}`;
    const name = nameOf(model, given, node);
    return html`<button type="button" data-ref=${ref} data-map=${node} aria-pressed=${pinned.includes(ref) ? "true" : "false"}
        aria-label=${t("playground.map", { name })} @click=${() => send("pin", [ref])}>
      <canvas ${heatMap(maps.bytes[node], dark)}></canvas><span>${name}</span></button>`;
  };
  return html`<div class="maps" role="group" aria-label=${t("playground.nodes")}>
    ${given.layers.map((layer) => html`<div>${layer.map(one)}</div>`)}
  </div>`;
}

// ---- Controls

/** @param {Model} model @param {Send} send @param {string} name @param {unknown} [more] */
function group(model, send, name, more = nothing) {
  return html`<fieldset>
    <legend>${model.t(`playground.${name}`)}</legend>
    ${CHOICES[name].map(([constant, values]) => choice(model, send, constant, values))}
    ${more}
  </fieldset>`;
}

/**
 * A list of choices, which always includes the value that the program has.
 * @param {Model} model
 * @param {Send} send
 * @param {string} name
 * @param {string[]} values
 */
function choice(model, send, name, values) {
  const { t } = model;
  const now = textOf(model, name);
  const all = now === null || values.includes(now) ? values : [now, ...values];
  return html`<label>${t(`playground.${name}`)}
    <select data-constant=${name} ?disabled=${now === null} .value=${live(now ?? "")}
        @change=${(/** @type {any} */ event) => choose(model, send, name, event.target.value)}>
      ${all.map((value) => html`<option value=${value} ?selected=${value === now}>${labelOf(model, name, value)}</option>`)}
    </select></label>`;
}

/** @param {Model} model @param {string} name @param {string} value */
function labelOf({ t, has }, name, value) {
  if (value.startsWith("[")) return t("playground.own");
  const key = `playground.${name}.${value.replaceAll('"', "")}`;
  return has(key) ? t(key) : value.replaceAll('"', "");
}

const REGRESSION = ["plane", "hills"].map(quoted);

/**
 * Sets a constant, and the ones that go with it: an error function with its output function.
 * @param {Model} model
 * @param {Send} send
 * @param {string} name
 * @param {string} value
 */
function choose(model, send, name, value) {
  const set = (/** @type {string} */ other, /** @type {string} */ text) => {
    if (textOf(model, other) !== text) send("constant", { name: other, value: text });
  };
  const isRegression = REGRESSION.includes(value);
  if (name === "dataset" && isRegression !== REGRESSION.includes(textOf(model, "dataset") ?? "")) {
    set("cost", quoted(isRegression ? "squared" : "cross-entropy"));
    set("output", quoted(isRegression ? "linear" : "sigmoid"));
  }
  if (name === "output" && value !== quoted("sigmoid")) set("cost", quoted("squared"));
  if (name === "cost" && value === quoted("cross-entropy")) set("output", quoted("sigmoid"));
  set(name, value);
}

/** @param {Model} model @param {Send} send */
function layers(model, send) {
  const { t } = model;
  const sizes = listOf(textOf(model, "hidden"));
  const set = (/** @type {number[]} */ list) =>
    send("constant", { name: "hidden", value: `[${list.join(", ")}]` });
  if (!sizes) return nothing;
  const resized = (/** @type {number} */ l, /** @type {string} */ text) => {
    const size = Number(text);
    const isSize = Number.isInteger(size) && size >= 1 && size <= MOST_NODES;
    if (isSize) set(sizes.map((old, k) => (k === l ? size : old)));
  };
  return html`<div class="layers" role="group" aria-labelledby="layers-label">
    <span id="layers-label">${t("playground.hidden")}</span>
    ${sizes.map(
      (
        size,
        l,
      ) => html`<input type="number" min="1" max=${MOST_NODES} step="1" data-layer=${l + 1} aria-label=${t("playground.layer", { layer: l + 1 })}
          .value=${live(String(size))} @input=${(/** @type {any} */ event) => resized(l, event.target.value)}>`,
    )}
    <button type="button" data-action="remove-layer" aria-label=${t("playground.removeLayer")} ?disabled=${!sizes.length} @click=${() => set(sizes.slice(0, -1))}>−</button>
    <button type="button" data-action="add-layer" aria-label=${t("playground.addLayer")} ?disabled=${sizes.length >= MOST_LAYERS} @click=${() => set([...sizes, 4])}>+</button>
  </div>`;
}

/** @param {Model} model @param {Send} send */
function inputs(model, send) {
  const { t } = model;
  const chosen = listOf(textOf(model, "inputs"));
  if (!chosen) return nothing;
  const toggle = (/** @type {string} */ input) => {
    const list = INPUTS.filter((one) => chosen.includes(one) !== (one === input));
    send("constant", { name: "inputs", value: `[${list.map(quoted).join(", ")}]` });
  };
  return html`<div class="inputs" role="group" aria-labelledby="inputs-label">
    <span id="inputs-label">${t("playground.inputs")}</span>
    ${INPUTS.map((input) => {
      const isOn = chosen.includes(input);
      return html`<label class="check"><input type="checkbox" data-input=${input} .checked=${live(isOn)} ?disabled=${isOn && chosen.length === 1}
        @change=${() => toggle(input)}>${inputName(input)}</label>`;
    })}
  </div>`;
}

// ---- One's own points

/** @type {import("../state/messages.js").Messages["mark"][]} */
const MARKS = ["plus", "minus", "away"];

/** @param {Model} model @param {Send} send */
function own(model, send) {
  const { t, mark, refused } = model;
  const read = async (/** @type {any} */ event) => {
    const [file] = event.target.files;
    if (!file) return;
    const bytes = new Uint8Array(await file.slice(0, MOST_BYTES).arrayBuffer());
    send("own-points", decoded(bytes)?.text ?? "");
    event.target.value = "";
  };
  const submit = (/** @type {any} */ event) => {
    event.preventDefault();
    send("own-points", event.target.elements.text.value);
  };
  return html`<details class="own">
    <summary>${t("playground.ownPoints")}</summary>
    <div class="drawing" role="group" aria-labelledby="draw-label">
      <span id="draw-label">${t("playground.draw")}</span>
      ${MARKS.map((kind) => html`<button type="button" data-mark=${kind} aria-pressed=${mark === kind ? "true" : "false"} @click=${() => send("mark", kind)}>${t(`playground.mark.${kind}`)}</button>`)}
      <button type="button" data-action="two-points" @click=${() => send("own-points", "-1,0,0\n1,0,1")}>${t("playground.twoPoints")}</button>
    </div>
    <form @submit=${submit}>
      <label for="own-text">${t("playground.paste")}</label>
      <textarea id="own-text" name="text" rows="4" spellcheck="false" aria-describedby=${refused ? "own-refused" : nothing} aria-invalid=${refused ? "true" : nothing} placeholder="x1, x2, t&#10;0.5, -1, 1"></textarea>
      ${refused ? html`<p class="refused" id="own-refused" role="alert">${t(`playground.${refused.id}`, { line: refused.line ?? 0, given: refused.given })}</p>` : nothing}
      <div class="row"><button type="submit" data-action="use-points">${t("playground.use")}</button>
        <label class="file">${t("playground.file")} <input type="file" accept=".csv,.txt,.tsv,text/csv,text/plain" @change=${read}></label></div>
    </form>
  </details>`;
}
