/** What the judge needs beyond the public face of the cryptography: the parts that a vault and a room are made of. */
export * from "../src/crypto/index.js";
export { readCheckpoint } from "../src/crypto/checkpoint.js";
export { codeOf } from "../src/crypto/errors.js";
export { readBody, writeBody } from "../src/crypto/vault-entries.js";
export { mergeEntries } from "../src/crypto/vault-merge.js";
