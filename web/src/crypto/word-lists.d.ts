declare module "@zxcvbn-ts/language-common/dist/adjacencyGraphs.json.mjs" {
  const graphs: Record<string, Record<string, (string | null)[]>>;
  export default graphs;
}

declare module "@zxcvbn-ts/language-common/dist/*.json.mjs" {
  const words: string[];
  export default words;
}

declare module "@zxcvbn-ts/language-de/dist/*.json.esm.js" {
  const words: string[];
  export default words;
}

declare module "@zxcvbn-ts/language-en/dist/*.json.mjs" {
  const words: string[];
  export default words;
}
