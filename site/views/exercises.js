// The exercises: their progress in the header, the list of a lesson's exercises, and the card of the open one.

import { symbolOf } from "../recording/read.js";
import {
  askedStep,
  askedValue,
  isSearching,
  lineNow,
  MOST_MISSES,
  missOf,
  numberFrom,
  stateOf,
} from "../state/exercise.js";
import { entryOf } from "../state/progress.js";
import * as format from "../text/format.js";
import { html, nothing, unsafeHTML } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */
/** @typedef {import("../state/exercise.js").Exercise} Exercise */
/** @typedef {import("../state/exercise.js").Attempt} Attempt */
/** @typedef {{ exercise: Exercise, attempt: Attempt }} Open */

// ---- In the header

/** The progress: a square for each exercise, their count, and the way to the next. @param {Model} model @param {Send} send */
export function exerciseProgress({ t, view, lesson, progress, exercise }, send) {
  const all = lesson?.exercises ?? [];
  if (!lesson || !all.length || view.hide.includes("exercises")) return nothing;
  const isDone = all.map(({ id }) => entryOf(progress, lesson.id, id).done);
  const done = isDone.filter(Boolean).length;
  const next = all.find(({ id }, i) => !isDone[i] && id !== exercise?.id);
  return html`<a class="progress" href="#exercises" title=${t("exercises.progress", { done, all: all.length })}>
      <span class="word">${t("header.exercises")}</span>
      <span class="squares">${isDone.map((one, i) => html`<i ?data-done=${one} ?data-now=${all[i].id === exercise?.id}></i>`)}</span>
      <b>${done}/${all.length}</b></a>
    ${next && !exercise ? html`<button type="button" class="to-next" @click=${() => send("exercise", next.id)}>${t(done ? "exercise.next" : "exercise.first")}</button>` : nothing}`;
}

// ---- The list

/** @param {Model} model @param {Send} send */
export function exerciseList({ t, view, lesson, progress, exercise }, send) {
  const all = lesson?.exercises ?? [];
  if (!lesson || !all.length) return nothing;
  const entries = all.map(({ id }) => entryOf(progress, lesson.id, id));
  const done = entries.filter((entry) => entry.done).length;
  return html`<section class="exercises" id="exercises" aria-labelledby="exercises-heading">
    <h2 id="exercises-heading">${t("exercises.heading")}</h2>
    <p class="soft">${t("exercises.done", { done, all: all.length })}</p>
    <ol>${all.map(
      (
        { id, kind, words },
        i,
      ) => html`<li data-exercise-item=${id} data-done=${entries[i].done ? "" : nothing}>
        <button type="button" aria-current=${exercise?.id === id ? "true" : nothing} @click=${() => send("exercise", id)}>${words[view.lang].title}</button>
        <span class="soft">${t(`exercises.${kind}`)}${said(t, entries[i])}</span>
      </li>`,
    )}</ol>
    ${entries.some(({ tries }) => tries) ? startOver(t, send) : nothing}
  </section>`;
}

/** @param {import("../text/i18n.js").Translate} t @param {import("../state/progress.js").Entry} entry */
function said(t, { done, tries }) {
  if (!tries) return "";
  return ` · ${t(done ? "exercises.solvedIn" : "exercises.tried", { tries })}`;
}

/**
 * Starting over takes two clicks, because it cannot be undone.
 * @param {import("../text/i18n.js").Translate} t
 * @param {Send} send
 */
const startOver = (t, send) => html`<details class="over">
    <summary>${t("exercises.startOver")}</summary>
    <p>${t("exercises.startOverHint")}</p>
    <button type="button" data-action="start-over" @click=${() => send("start-over")}>${t("exercises.startOverYes")}</button>
  </details>`;

// ---- The one that is open

/** @param {Model} model @param {Send} send */
export function exerciseCard(model, send) {
  const { t, view, lesson, exercise, attempt, program, code } = model;
  if (!lesson || !exercise || !attempt) return nothing;
  const open = { exercise, attempt };
  const all = lesson.exercises;
  const number = all.indexOf(exercise) + 1;
  const { title, task } = exercise.words[view.lang];
  const line = lineNow(exercise, program.program, code);
  return html`<section class="exercise" id="exercise" tabindex="-1" aria-labelledby="exercise-heading"
      data-exercise=${exercise.id} data-exercise-state=${stateOf(exercise, attempt)}>
    <div class="told">
      <h2 id="exercise-heading">${t("exercise.heading", { number, all: all.length })} <span>${title}</span></h2>
      <p class="task" id="exercise-task">${unsafeHTML(task.replace("{line}", String(line)))}</p>
      ${hints(model, open)}
      <div class="verdict" role="status">${verdict(model, open)}</div>
    </div>
    <div class="asks">
      ${exercise.kind === "predict" ? prediction(model, send, open) : nothing}
      ${exercise.kind === "find" && isSearching(exercise, attempt) ? pointing(model, send, open) : nothing}
      ${buttons(model, send, open)}
    </div>
  </section>`;
}

/** @param {Model} model @param {Open} open */
function hints({ t, view }, { exercise, attempt }) {
  const shown = exercise.words[view.lang].hints.slice(0, attempt.hints);
  const list = html`<ul aria-label=${t("exercise.hints")}>${shown.map((hint) => html`<li>${unsafeHTML(hint)}</li>`)}</ul>`;
  return html`<div class="hints" role="status">${shown.length ? list : nothing}</div>`;
}

/** @param {Model} model @param {Send} send @param {Open} open */
function buttons({ t, view, lesson }, send, { exercise, attempt }) {
  const all = exercise.words[view.lang].hints.length;
  const state = stateOf(exercise, attempt);
  const button = (
    /** @type {import("../state/messages.js").PlainMessage} */ action,
    /** @type {string} */ text,
  ) =>
    html`<button type="button" data-action=${action} @click=${() => send(action)}>${text}</button>`;
  return html`<div class="choices">
    ${state === "open" && attempt.hints < all ? button("hint", t("exercise.hint", { number: attempt.hints + 1, all })) : nothing}
    ${state === "shown" && exercise.steps.length > 1 ? button("another", t("exercise.another")) : nothing}
    ${state === "open" && exercise.kind !== "find" ? button("exercise-step", t("exercise.step")) : nothing}
    ${state !== "open" && lesson && lesson.exercises.length > 1 ? button("next-exercise", t("exercise.next")) : nothing}
    ${button("leave-exercise", t("exercise.leave"))}
  </div>`;
}

// ---- Predicting a number

/** @param {Model} model @param {Send} send @param {Open} open */
function prediction({ t, recording }, send, { exercise, attempt }) {
  const asked = askedStep(recording, exercise, attempt);
  if (!asked) return html`<p>${t("exercise.noStep")}</p>`;
  if (attempt.answer) return nothing;
  const ref = exercise.steps[attempt.pick % exercise.steps.length].split("/")[0];
  return form(
    send,
    "predict",
    html`<label>${symbolOf(recording, ref).text} = <input name="answer" aria-describedby="exercise-task" inputmode="text" autocomplete="off" size="9" required></label>`,
    t("exercise.check"),
  );
}

// ---- Pointing at a line

/** @param {Model} model @param {Send} send @param {Open} open */
const pointing = ({ t, code }, send, { attempt }) =>
  form(
    send,
    "point",
    html`<label>${t("exercise.line")} <input name="answer" type="number" min="1" max=${code.split("\n").length} .value=${String(attempt.at || "")} required></label>
      <code class="pointed">${attempt.at ? code.split("\n")[attempt.at - 1]?.trim() : ""}</code>`,
    t("exercise.point"),
    (text) => send("cursor", Number(text)),
  );

/**
 * One field and its button.
 * @param {Send} send
 * @param {"predict" | "point"} message
 * @param {unknown} field
 * @param {string} label
 * @param {(text: string) => void} [onInput]
 */
function form(send, message, field, label, onInput) {
  const onSubmit = (/** @type {any} */ event) => {
    event.preventDefault();
    send(message, event.target.elements.answer.value);
  };
  return html`<form data-asks=${message} @submit=${onSubmit} @input=${(/** @type {any} */ event) => onInput?.(event.target.value)}>
    ${field} <button type="submit" class="main">${label}</button></form>`;
}

// ---- The result

/** @param {Model} model @param {Open} open */
function verdict(model, open) {
  const { exercise, attempt } = open;
  const { t, view } = model;
  const solved = stateOf(exercise, attempt) === "solved";
  const why = html` ${unsafeHTML(exercise.words[view.lang].why)}`;
  const answer = answered(model, open);
  const run = attempt.verdict && !solved ? ran(model, open, attempt.verdict) : "";
  if (solved)
    return html`<p><strong>✓ ${t("exercise.solved")}</strong>${exercise.kind === "predict" ? ` ${answer}` : ""}${why}</p>`;
  return [answer, run]
    .filter(Boolean)
    .map(
      (words) =>
        html`<p>${words}${attempt.answer === "shown" && exercise.kind === "predict" ? why : ""}</p>`,
    );
}

/** The answer to a number or a line that the student gave. @param {Model} model @param {Open} open */
function answered({ t, recording, program, code }, { exercise, attempt }) {
  const { answer, said, misses } = attempt;
  if (exercise.kind === "write" || (!answer && !said)) return "";
  if (exercise.kind === "find") {
    const line = lineNow(exercise, program.program, code);
    return answer
      ? t(`exercise.line.${answer}`, { line })
      : t("exercise.line.wrong", { line: said });
  }
  const asked = askedStep(recording, exercise, attempt);
  if (!asked) return "";
  const [value, guess] = [askedValue(recording, asked), numberFrom(said)];
  const kind = answer ?? (Number.isNaN(guess) ? "unreadable" : missOf(guess, value));
  return t(`exercise.number.${kind}`, { value: format.signed(value), left: MOST_MISSES - misses });
}

/**
 * The answer to a run that does not solve the exercise; it names the line only if finding it is not the task.
 * @param {Model} model
 * @param {Open} open
 * @param {import("../state/exercise.js").Verdict} verdict
 */
function ran({ t, recording }, { exercise, attempt }, { reason, equation, ref, line }) {
  if (isSearching(exercise, attempt) && (reason === "differs" || reason === "missing"))
    return t("exercise.stillWrong");
  const symbol = ref ? symbolOf(recording, ref).text : "";
  return t(`exercise.${reason}`, { symbol, equation: equation ?? "", line: line ?? 0 });
}
