/**
 * Where the browser's defences stand, and what the code does without each. `out` is true where the test has taken it out.
 * `text` is the source as it is, to the letter.
 */
export const weaknesses = [
  {
    without: "T1",
    file: "crypto/passwords.ts",
    text: "const cost = costs[passwordSuite];",
    becomes: (out) => `const cost = costs[passwordSuite] ?? (${out} ? ([8, 1, 1] as const) : undefined);`,
  },
  {
    without: "T11",
    file: "crypto/roster.ts",
    text: "if (roster.number < pin.number || roster.keysSeq < pin.keysSeq) throw",
    becomes: (out) => `if (!${out} && (roster.number < pin.number || roster.keysSeq < pin.keysSeq)) throw`,
  },
  {
    without: "T40",
    file: "crypto/roster.ts",
    text: "if (same || next) throw",
    becomes: (out) => `if (!${out} && (same || next)) throw`,
  },
  {
    without: "T39",
    file: "crypto/roster.ts",
    text: "if (!isKnownAs(root, rootFingerprint)) throw",
    becomes: (out) => `if (!${out} && !isKnownAs(root, rootFingerprint)) throw`,
  },
  {
    without: "T17",
    file: "crypto/reader.ts",
    text: 'if (header.epoch < this.#log.epoch) throw new CryptoRefusal("epoch_over");',
    becomes: (out) => `if (!${out} && header.epoch < this.#log.epoch) throw new CryptoRefusal("epoch_over");`,
  },
  {
    without: "T18",
    file: "crypto/reader.ts",
    text: 'if (agrees === false) marks.add("forked");',
    becomes: (out) => `if (!${out} && agrees === false) marks.add("forked");`,
  },
  {
    without: "T20",
    file: "crypto/reader.ts",
    text: "if (known === null || judged.position !== known.position",
    becomes: (out) => `if (${out} || known === null || judged.position !== known.position`,
  },
  {
    without: "T21",
    file: "crypto/reader.ts",
    text: 'this.#chains.check(header) ? ["gap_before"] : []',
    becomes: (out) => `this.#chains.check(header) && !${out} ? ["gap_before"] : []`,
  },
  {
    without: "T25",
    file: "crypto/message.ts",
    text: "await verify(edPk, signature, lp(labels.messageSignature, header.raw, body));",
    becomes: (out) => `if (!${out}) await verify(edPk, signature, lp(labels.messageSignature, header.raw, body));`,
  },
  {
    without: "T28",
    file: "crypto/known-messages.ts",
    text: 'if (!equal(author, sender)) throw new CryptoRefusal("target_not_yours");',
    becomes: (out) => `if (!${out} && !equal(author, sender)) throw new CryptoRefusal("target_not_yours");`,
  },
];
