/**
 * By how much the forecasts of a recorded run are wrong (site/recording/baked.js), as base64. Reads the run from standard
 * input: header, index and values, as docs/recording-format.md has them in JSON.
 */
import { readFileSync } from "node:fs";
import { missesOf, unbaked } from "../site/recording/baked.js";
import { unpack } from "../site/recording/store.js";

const run = JSON.parse(readFileSync(0, "utf8"));
const misses = Buffer.from(missesOf(unpack(run))).toString("base64");
const { values } = unbaked({ ...run, misses });
if (Buffer.from(values.buffer).toString("base64") !== run.values)
  throw new Error(
    `a recorded run of the lesson ${run.header.lesson} does not come back from its file`,
  );
process.stdout.write(misses);
