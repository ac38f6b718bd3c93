// Errors about the page's own files: which file, and what came in its place.

/**
 * A file that did not come as the build made it. `came`: "cut" (it stands in this page, but not to its end), "damaged",
 * "html" (a web page came instead, such as a sign-in page), or "refused" (the server answered with `status`).
 */
export class WrongFile extends Error {
  name = "WrongFile";

  /** @param {string} file as the server calls it @param {"cut" | "damaged" | "html" | "refused"} came @param {number} [status] */
  constructor(file, came, status = 0) {
    super(`${file}: ${status || came}`);
    this.file = file;
    this.came = came;
    this.status = status;
  }
}
