/** One place for the options, read by Vite and by `npm run words`, so that both compile the same words. */
export const paraglideOptions = {
  project: "./project.inlang",
  outdir: "./src/paraglide",
  strategy: /** @type {const} */ (["localStorage", "preferredLanguage", "baseLocale"]),
  emitGitIgnore: false,
  emitPrettierIgnore: false,
  emitReadme: false,
};
