// Where Chromium is, and how it is started.

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];
/** The last four keep the browser from asking for addresses of its own. */
export const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The browser that QDN_CHROMIUM names, or the first on PATH. */
export function findChromium() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const places = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  for (const place of [process.env.QDN_CHROMIUM ?? "", ...places]) {
    try {
      accessSync(place, constants.X_OK);
      return place;
    } catch {
      // Not this one.
    }
  }
  throw new Error(
    "no Chromium was found; install it (Debian: apt-get install chromium) or name it with QDN_CHROMIUM=/path/to/it",
  );
}
