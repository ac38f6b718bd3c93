// Refs: the names of quantities, as types.js describes them.

/** Weights, biases and eta stay; all else belongs to one sample. @param {string} ref */
export const belongsToSample = (ref) => !/^(w:|b:|eta)/.test(ref);

/** "a:4/2" is a:4 of sample 2; -1 where no sample is named. @param {string} ref @returns {[string, number]} */
export function ofSample(ref) {
  const at = ref.indexOf("/");
  return at < 0 ? [ref, -1] : [ref.slice(0, at), Number(ref.slice(at + 1))];
}

/** The node a quantity belongs to: itself, or the target of a connection. @param {string} ref */
export const nodeOf = (ref) => /:([^:/-]*)/.exec(ref)?.[1] ?? "";

/** The bias of node 8 is drawn as the connection "8-b". @param {string} edge */
export const refOfEdge = (edge) => (edge.endsWith("-b") ? `b:${edge.slice(0, -2)}` : `w:${edge}`);
