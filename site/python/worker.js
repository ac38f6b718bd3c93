/**
 * The worker that runs Python. The text of pyodide.asm.js, of pyodide.js and of this file make
 * one classic worker, because only such a worker starts everywhere: under file://, in a sandboxed
 * frame, behind a server that sends wrong types. It loads nothing from the network: whatever Pyodide
 * fetches is answered with the files that client.js sends.
 *
 * In:  { name, file } a file of python/ (an ArrayBuffer, or the WebAssembly.Module; null where it is left out or could not be loaded) · { id, source, lesson, judged, network, choices, files } a run
 *      · { id, ask: "gradient", source, lesson, iteration, network, choices, files } a question about a run; "origin" and "nudge", with step, sample, ref;
 *      "stretch": iterations that were not kept; "level", with way, handle, whole: see session.py; "maps", given, state and "points", text: see playground.py; "handwriting", given, state, bits, digit, iteration: see handwriting.py; "notebook"
 *      and "repair", text: see opening.py
 * Out: { stage } a step of the start is done · { id, chunk } · { id, end: true } · { id, progress } of a question · { id, answer } as JSON · { id, crash }
 */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: the scope of this file, which is joined with others
(() => {
  const page = /** @type {any} */ (globalThis);
  const BASE = "https://in-memory.invalid/"; // absolute, as Pyodide wants; never contacted
  // Names that lead to a network, to storage, to other workers or to the browser, in any engine.
  const DOORS =
    "fetch XMLHttpRequest WebSocket WebSocketStream WebTransport EventSource importScripts FontFace fonts " +
    "indexedDB caches cookieStore navigator webkitRequestFileSystem webkitRequestFileSystemSync " +
    "webkitResolveLocalFileSystemURL webkitResolveLocalFileSystemSyncURL " +
    "Worker SharedWorker BroadcastChannel RTCPeerConnection Notification";

  const MODULES = [
    "backprop.page.session",
    "backprop.panels.playground",
    "backprop.page.opening",
    "backprop.panels.handwriting",
  ];

  const COMPLETE = `
import encodings, importlib, os, sys, zipfile
with zipfile.ZipFile("/rest.zip") as archive:
    archive.extractall("/lib/python3.13")
os.remove("/rest.zip")
sys.path.append("/lib/python3.13/rest")
encodings.__path__.append("/lib/python3.13/rest/encodings")
importlib.invalidate_caches()
del archive
`;
  const REFUSE = `
import sys
class Missing:
    def find_spec(name, path=None, target=None):
        if name.startswith("numpy.") or name.partition(".")[0] in sys.stdlib_module_names:
            raise ModuleNotFoundError(f"{name} could not be loaded from the server: load the page again", name=name)
sys.meta_path.append(Missing)
del Missing
`;

  /** @type {Map<string, { file: Promise<any>, arrive: (file: any) => void }>} */
  const files = new Map();

  /** The entry of one file, made by the first of two: Pyodide that asks for it, or the page that sends it. */
  function place(/** @type {string} */ name) {
    let found = files.get(name);
    if (!found) {
      /** @type {(file: any) => void} */
      let arrive = () => {};
      const file = new Promise((resolve) => (arrive = resolve));
      found = { file, arrive };
      files.set(name, found);
    }
    return found;
  }

  page.fetch = async (/** @type {string | URL} */ address) => {
    const name = String(address).slice(BASE.length);
    if (name.endsWith(".wasm")) return new Response();
    return new Response(await place(name).file, {
      headers: { "Content-Type": "application/octet-stream" },
    });
  };
  WebAssembly.instantiateStreaming = async (/** @type {any} */ _, imports) => {
    const module = await place("pyodide.asm.wasm").file; // compiled by the page while it loaded
    const instance = /** @type {any} */ (await WebAssembly.instantiate(module, imports));
    return { module, instance };
  };

  /** Starts Python; resolves with what it can be asked, once a program may run. */
  async function start() {
    const python = await boot();
    page.postMessage({ stage: "runtime" });
    python.unpackArchive(await place("backprop.zip").file, "zip", { extractDir: "/lab" });
    python.runPython("import sys; sys.path.insert(0, '/lab')");
    const rest = place("rest.zip").file.then((archive) => complete(python, archive));
    const ours = await attempt(() => MODULES.map(python.pyimport), rest);
    close(python);
    page.postMessage({ stage: "ready" });
    await rest;
    const [session] = ours;
    return {
      run: session.run,
      give: session.give_files,
      answers: answersOf(ours),
      memory: () => python._module.HEAPU8.length,
    };
  }

  /** Pyodide with NumPy. */
  async function boot() {
    const decode = async (/** @type {string} */ name) =>
      new TextDecoder().decode(await place(name).file);
    const memory = await place("memory.bin").file;
    return page.loadPyodide({
      indexURL: BASE,
      packageBaseUrl: BASE,
      lockFileContents: decode("pyodide-lock.json"),
      ...(memory && { _loadSnapshot: memory }), // an interpreter that is up already: see tools/runtime.mjs
      packages: ["numpy"],
    });
  }

  /**
   * The function that answers each question: it calls Python with the arguments in its order.
   * @param {any[]} modules  MODULES, imported
   * @returns {Record<string, (asked: any, progress: (part: number) => void) => string>}
   */
  function answersOf([session, playground, opening, handwriting]) {
    /** The run and the iteration that a question is about. */
    const runOf = (/** @type {any} */ { source, lesson, iteration, network, choices, loss }) =>
      session.Asked(source, lesson, iteration, network, choices, loss);
    return {
      gradient: (asked, progress) => session.gradient(runOf(asked), progress),
      stretch: (asked, progress) => session.stretch(runOf(asked), progress),
      origin: (asked, progress) =>
        session.origin(runOf(asked), asked.step, asked.sample, asked.ref, progress),
      nudge: (asked, progress) => session.nudge(runOf(asked), asked.sample, asked.ref, progress),
      level: (asked) => session.level(runOf(asked), asked.way, asked.handle, asked.whole),
      maps: ({ given, state }) => playground.maps(given, state),
      points: ({ text }) => playground.points(text),
      notebook: ({ text }) => opening.notebook(text),
      repair: ({ text }) => opening.repaired(text),
      handwriting: ({ given, state, bits, digit, iteration }) =>
        handwriting.read(given, state, bits, digit, iteration),
    };
  }

  /**
   * What `work` returns; where it fails, another time once all modules are there.
   * @template T @param {() => T} work @param {Promise<void>} rest @returns {Promise<T>}
   */
  async function attempt(work, rest) {
    try {
      return work();
    } catch {
      await rest;
      return work();
    }
  }

  /** Adds the modules that a start does not need, before the first program runs. */
  function complete(/** @type {any} */ python, /** @type {ArrayBuffer | null} */ archive) {
    python.FS.writeFile("/rest.zip", new Uint8Array(archive ?? []));
    python.runPython(archive ? COMPLETE : REFUSE);
  }

  /** Closes what a student's program must not reach: the network, storage, the page's objects. */
  function close(/** @type {any} */ python) {
    for (const name of DOORS.split(" "))
      for (let o = page; o; o = Object.getPrototypeOf(o)) delete o[name];
    for (const name of ["js", "pyodide_js"]) python.unregisterJsModule(name);
    python.runPython(`
import sys, _pyodide_core, pyodide.code
for name in ("js", "pyodide_js"):
    sys.modules.pop(name, None)
for module in (_pyodide_core, pyodide.code):
    vars(module).pop("run_js", None)
`);
  }

  const started = start();
  started.catch((error) => page.postMessage({ crash: String(error?.message ?? error) }));

  page.onmessage = async (/** @type {MessageEvent} */ { data }) => {
    if (data.name) return place(data.name).arrive(data.file);
    const { run, give, answers, memory } = await started;
    const { id, ask, source, lesson, judged, network, choices, files, shallow } = data;
    try {
      if (files) give(files);
      const progress = (/** @type {number} */ part) => page.postMessage({ id, progress: part });
      if (ask) return page.postMessage({ id, answer: answers[ask](data, progress) });
      run(
        source,
        lesson,
        (/** @type {string} */ header, /** @type {any[]} */ ...proxies) => {
          const [index, values, loss] = proxies.map(copied);
          const chunk = { header, index, values, loss };
          page.postMessage({ id, chunk }, [index, values, loss]);
        },
        memory,
        judged,
        network,
        choices,
        shallow,
      );
      page.postMessage({ id, end: true });
    } catch (error) {
      page.postMessage({ id, crash: String(error) });
    }
  };

  /** The bytes of a Python buffer, as an ArrayBuffer of their own. */
  function copied(/** @type {any} */ proxy) {
    const view = proxy.getBuffer("u8");
    const bytes = view.data.slice().buffer;
    view.release();
    return bytes; // Pyodide itself destroys the arguments of a call that came from Python
  }
})();
