// What a lesson may show beside the network: lesson.toml names its `panels`, this table has the view of each.

import { boundary } from "./views/boundary.js";
import { derivation } from "./views/derivation.js";
import { landscape } from "./views/landscape.js";
import { matrices } from "./views/matrices.js";
import { neuron } from "./views/neuron.js";
import { playground } from "./views/playground.js";
import { starts } from "./views/starts.js";

/** @type {Record<string, (model: import("./state/url_state.js").Model, send: import("./state/url_state.js").Send) => unknown>} */
export const VIEWS = { boundary, derivation, landscape, matrices, neuron, playground, starts };
