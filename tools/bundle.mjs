/**
 * backprop.zip: our own Python for the page, with bytecode.
 *
 *   node tools/bundle.mjs TARGET FOLDER FILE...     the FILEs are relative to FOLDER
 */
import { open } from "./python.mjs";

const [target, folder, ...files] = process.argv.slice(2);
const python = await open({ "/from": folder, "/to": target });
python.globals.set("what", python.toPy(["/from", files, "/to/backprop.zip"]));
python.runPython("import bytecode; bytecode.bundle(*what)");
