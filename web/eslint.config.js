import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";

import svelteConfig from "./svelte.config.js";

export default ts.config(
  { ignores: ["dist/", ".judge/", ".bench/", "src/paraglide/", "src/wire.gen.ts", "project.inlang/"] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser } } },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig } },
  },
  { files: ["tools/**", "*.config.*"], languageOptions: { globals: { ...globals.node } } },
  {
    // The protocol knows no page: it must run in a worker, in a test and beside a service worker alike.
    files: ["src/crypto/**/*.ts"],
    rules: { "no-restricted-globals": ["error", "document", "window", "localStorage", "indexedDB", "fetch", "Date"] },
  },
  {
    rules: {
      // Server HTML never reaches the page; the one place to allow it would be a review, not a comment.
      "svelte/no-at-html-tags": "error",
      "max-lines": ["error", { max: 250, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    // The two objects that the pages see, a few lines for each thing that they can do with them.
    files: ["src/state/app.svelte.ts", "src/state/open-thread.svelte.ts"],
    rules: { "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }] },
  },
);
