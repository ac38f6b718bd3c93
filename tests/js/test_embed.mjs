// The heights that a page in a frame asks for: the embedding page is played by this test, and so is the clock.

import assert from "node:assert/strict";
import { mock, test } from "node:test";

/** Embedding page and frame; `answer` is what the embedding page does with each message of the frame. */
async function frame(answer) {
  mock.timers.enable({ apis: ["setTimeout"] });
  let now = 0;
  const heard = [];
  let resized;
  const listeners = [];
  const world = {
    content: 700,
    parent: {
      postMessage: (data) => {
        heard.push({ now, ...data });
        answer?.(data, world);
      },
    },
    say: (data) => {
      for (const listener of listeners) listener({ source: world.parent, data });
    },
    changed: () => resized(),
    heights: () => heard.filter((one) => one.subject === "lti.frameResize"),
    pass(ms) {
      for (let end = now + ms; now < end; now += 10) mock.timers.tick(10);
    },
  };
  Object.assign(globalThis, {
    parent: world.parent,
    innerHeight: 500,
    addEventListener: (_, listener) => listeners.push(listener),
    document: {
      body: {},
      get documentElement() {
        return { scrollHeight: world.content };
      },
    },
    ResizeObserver: class {
      constructor(call) {
        resized = call;
      }
      observe() {
        resized();
      }
    },
  });
  mock.method(performance, "now", () => now);
  const { askForHeight } = await import("../../site/integrations/embed.js");
  askForHeight();
  return world;
}

test.afterEach(() => {
  mock.timers.reset();
  mock.restoreAll();
});

test("a height is told when it changes, a few times a second at most", async () => {
  const world = await frame();
  world.pass(1000);
  assert.deepEqual(
    world.heights().map(({ height }) => height),
    [700],
  );
  for (let i = 0; i < 100; i++) {
    world.content += 1 + (i % 7);
    world.changed();
    world.pass(20);
  }
  world.pass(1000);
  const told = world.heights();
  assert.ok(told.length <= 9, String(told.length));
  assert.equal(told.at(-1).height, world.content);
});

test("an embedding page that answers every message hears one height a few times, not without end", async () => {
  const world = await frame((data, { say }) => {
    if (data.context === "h5p") queueMicrotask(() => say({ context: "h5p", action: "resize" }));
  });
  for (let i = 0; i < 200; i++) {
    world.pass(100);
    await null;
  }
  assert.equal(world.heights().length, 4);
  world.content = 900;
  world.changed();
  world.pass(1000);
  assert.equal(world.heights().at(-1).height, 900);
});

test("content and frame that grow each other come to rest; other content is asked for again", async () => {
  const world = await frame((data, w) => {
    if (data.subject !== "lti.frameResize") return;
    globalThis.innerHeight = data.height;
    w.content = data.height + 40; // as with a part that is as high as the frame
    w.changed();
  });
  world.pass(60_000);
  assert.ok(world.heights().length <= 6, String(world.heights().length));
  const before = world.heights().length;
  world.content = 400;
  world.changed();
  world.pass(1000);
  assert.ok(world.heights()[before].height === 400);
});

test("an embedding page that always gives some pixels more is left alone after some rounds", async () => {
  const world = await frame((data, w) => {
    if (data.subject !== "lti.frameResize") return;
    globalThis.innerHeight = data.height + 7;
    w.content = Math.max(w.content, globalThis.innerHeight);
    w.changed();
  });
  world.pass(60_000);
  assert.ok(world.heights().length <= 7, String(world.heights().length));
});
