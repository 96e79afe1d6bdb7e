import { fileURLToPath } from "node:url";

import { defineConfig } from "vite";

/** The page of the bench, built with the same target and as small as the one for people. */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  worker: { format: "es" },
  build: { outDir: fileURLToPath(new URL("../../.bench", import.meta.url)), emptyOutDir: true, target: "es2022" },
});
