import { paraglideVitePlugin } from "@inlang/paraglide-js";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

import { paraglideOptions } from "./tools/paraglide-options.js";

const server = "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [paraglideVitePlugin({ ...paraglideOptions, strategy: [...paraglideOptions.strategy] }), svelte()],
  build: {
    outDir: "dist",
    target: "es2022",
    // The content security policy knows neither data: addresses nor inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
  },
  // The file worker fetches its WebAssembly when it needs it, as the page does.
  worker: { format: "es" },
  server: {
    host: "127.0.0.1",
    proxy: {
      "/api": server,
      "/socket.io": { target: server, ws: true },
    },
  },
  test: {
    environment: "node",
    include: ["src/**/*.test.ts"],
    env: { CI: process.env["CI"] ?? "" },
  },
});
