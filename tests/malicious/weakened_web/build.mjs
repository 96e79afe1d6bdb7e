/**
 * Builds the web client with its defences made removable, for tests only:
 *
 *   node build.mjs <web folder> <output folder>
 *
 * Every text in weaknesses.mjs has to stand exactly once in the file that it names, else nothing is built: a defence that was
 * rewritten must not look tested. In the page, `globalThis.__without = new Set(["T11"])`, set before anything else runs,
 * takes the defence against T11 out; without it this build does what the real one does.
 */
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { plumbing, weaknesses } from "./weaknesses.mjs";

const [web, outDir] = process.argv.slice(2).map((path) => resolve(path));
process.chdir(web);
const vite = createRequire(resolve(web, "package.json")).resolve("vite");
const { build } = await import(pathToFileURL(vite).href);

const used = new Set();
const all = [
  ...weaknesses.map((one) => ({
    ...one,
    changed: one.becomes(`(globalThis.__without?.has("${one.without}") === true)`),
  })),
  ...plumbing.map((one) => ({ ...one, without: "plumbing", changed: one.becomes })),
];

/** Of the page, and once more of its worker, which is built beside it. */
const weakened = () => ({
  name: "weakened",
  enforce: "pre",
  transform(code, id) {
    const [file, asked] = id.split("?");
    // Asked for as a worker, it is its address, and no source.
    if (asked?.startsWith("worker&")) return null;
    let changed = code;
    for (const weakness of all.filter((one) => file === resolve(web, "src", one.file))) {
      const times = changed.split(weakness.text).length - 1;
      if (times !== 1) throw new Error(`${weakness.without} (${weakness.file}): its text stands there ${times} times.`);
      changed = changed.replace(weakness.text, () => weakness.changed);
      used.add(weakness);
    }
    return changed === code ? null : { code: changed, map: null };
  },
});

await build({
  root: web,
  plugins: [weakened()],
  worker: { plugins: () => [weakened()] },
  logLevel: "error",
  build: { outDir, emptyOutDir: true, minify: false },
});
const unused = all.filter((one) => !used.has(one)).map((one) => `${one.without} (${one.file})`);
if (unused.length > 0) throw new Error(`Not part of the client any more: ${unused.join(", ")}`);
