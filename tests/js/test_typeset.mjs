// site/widgets/typeset.js: where an equation of the text may wrap.

import assert from "node:assert/strict";
import test from "node:test";
import { partsOf } from "../../site/widgets/typeset.js";

test("an equation wraps before = and +, and keeps what stands in braces together", () => {
  assert.deepEqual(partsOf("y = a + b"), ["y", "{}= a", "{}+ b"]);
  assert.deepEqual(partsOf("\\frac{a + b}{c} = \\mathrm{sigmoid}(w_{41}x_1 + w_{4b})"), [
    "\\frac{a + b}{c}",
    "{}= \\mathrm{sigmoid}(w_{41}x_1",
    "{}+ w_{4b})",
  ]);
  assert.deepEqual(partsOf("u = (a, b)"), ["u", "{}= (a,", "b)"]);
  assert.deepEqual(partsOf("\\left(a + b\\right) = c"), ["\\left(a + b\\right) = c"]);
});
