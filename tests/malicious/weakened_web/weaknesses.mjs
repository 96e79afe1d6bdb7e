/**
 * Where the browser's defences stand, and what the code does without each. `out` is true where the test has taken it out.
 * `text` is the source as it is, to the letter.
 */
export const weaknesses = [
  // -- accounts and vaults
  {
    without: "T3",
    file: "crypto/passwords.ts",
    text: "const salt = (await hash(labels.passwordSalt, realm, utf8(checkName(name)), sized(serverSalt, 32))).slice(0, 16);",
    becomes: (out) =>
      `const own = await hash(labels.passwordSalt, realm, utf8(checkName(name)), sized(serverSalt, 32));
       const salt = (${out} ? serverSalt : own).slice(0, 16);`,
  },
  {
    without: "T4",
    file: "crypto/passwords.ts",
    text: "Promise.all([expand(root, labels.auth), expand(root, labels.wrap)])",
    becomes: (out) => `Promise.all([expand(root, ${out} ? labels.wrap : labels.auth), expand(root, labels.wrap)])`,
  },
  {
    without: "T5",
    file: "crypto/vault-slots.ts",
    text: "if (!equal(aad, slotAad(type, userId, salt, generation))) malformed();",
    becomes: (out) => `if (!${out} && !equal(aad, slotAad(type, userId, salt, generation))) malformed();`,
  },
  {
    without: "T5",
    file: "crypto/vault.ts",
    text: "write.blob, blobAad(userId, write.vkGeneration, write.version));",
    becomes: (out) =>
      `write.blob, ${out} ? fields(write.blob, 3)[0] : blobAad(userId, write.vkGeneration, write.version));`,
  },
  {
    without: "T5",
    file: "crypto/vault.ts",
    text: "if (!equal(identity.userId, userId) || vault.keyringKey.length !== 32) malformed();",
    becomes: (out) => `if (!${out} && (!equal(identity.userId, userId) || vault.keyringKey.length !== 32)) malformed();`,
  },
  {
    without: "T6",
    file: "crypto/symmetric.ts",
    text: "return new Uint8Array(await crypto.subtle.decrypt(algorithm, aes, ciphertext));",
    becomes: (out) =>
      `if (${out}) {
         const ctr = await crypto.subtle.importKey("raw", key, "AES-CTR", false, ["decrypt"]);
         const unauthenticated = { name: "AES-CTR", counter: new Uint8Array(16).fill(2, 15), length: 32 };
         return new Uint8Array(await crypto.subtle.decrypt(unauthenticated, ctr, ciphertext.slice(0, -16)));
       }
       return new Uint8Array(await crypto.subtle.decrypt(algorithm, aes, ciphertext));`,
  },
  {
    without: "T7",
    file: "crypto/vault.ts",
    text: 'if (write.version < knownVersion) throw new CryptoRefusal("vault_stale");',
    becomes: (out) => `if (!${out} && write.version < knownVersion) throw new CryptoRefusal("vault_stale");`,
  },
  {
    // Whoever believed the key that the server shows would compare numbers with the server.
    without: "T8",
    file: "state/unlocked.ts",
    text: "return new Unlocked(signedIn.me, crypto, vault, wrap, userShare);",
    becomes: (out) =>
      `if (${out}) {
         const edPk = fromBase64url((signedIn.me as { signing_key?: string }).signing_key ?? "");
         Object.assign(vault.identity, { edPk, fingerprint: await crypto.fingerprintOf(edPk) });
       }
       return new Unlocked(signedIn.me, crypto, vault, wrap, userShare);`,
  },
  {
    without: "T9",
    file: "state/unlocked.ts",
    text: "crypto.openVault(writeFrom(stored), fromHex(id), wrap, userShare, known)",
    becomes: (out) =>
      `crypto.openVault(writeFrom(stored), fromHex(id), wrap, userShare, known).catch(async (reason) => {
         if (!${out}) throw reason;
         return crypto.newVault(await crypto.newIdentity(), wrap, userShare, { name: signedIn.me.name });
       })`,
  },
  // -- agencies
  {
    without: "T10",
    file: "crypto/roster.ts",
    text: "if (at < roster.issuedAt - tolerance || at > roster.expiresAt + tolerance) throw",
    becomes: (out) => `if (!${out} && (at < roster.issuedAt - tolerance || at > roster.expiresAt + tolerance)) throw`,
  },
  {
    without: "T12",
    file: "crypto/signing.ts",
    text: "if (point === null || point.isSmallOrder() || !point.isTorsionFree()) throw",
    becomes: (out) => `if (!${out} && (point === null || point.isSmallOrder() || !point.isTorsionFree())) throw`,
  },
  {
    without: "T13",
    file: "state/agency/own-agency.ts",
    text: "if (pinOf(person, root) === null) throw",
    becomes: (out) => `if (!${out} && pinOf(person, root) === null) throw`,
  },
  {
    without: "T40",
    file: "crypto/roster-book.ts",
    text: "if (!equal(roster.hash, hash)) throw",
    becomes: (out) => `if (!${out} && !equal(roster.hash, hash)) throw`,
  },
  {
    without: "T41",
    file: "state/room.ts",
    text: "return this.person.protocol.overdueChanges(log, this.shelf.book, Date.now());",
    becomes: (out) => `return ${out} ? [] : this.person.protocol.overdueChanges(log, this.shelf.book, Date.now());`,
  },
  {
    without: "T50",
    file: "state/agency/team-view.ts",
    text: "if (!person.open.hasMetColleagues(root)) return [];",
    becomes: (out) => `if (${out} || !person.open.hasMetColleagues(root)) return [];`,
  },
  // -- files; they are opened in a worker, which hears from its page what is out
  {
    without: "T30",
    file: "crypto/files.ts",
    text: 'if (this.#awaited !== 0) throw new CryptoRefusal("file_broken");',
    becomes: (out) => `if (${out}) return empty;
    if (this.#awaited !== 0) throw new CryptoRefusal("file_broken");`,
  },
  {
    without: "T31",
    file: "crypto/files.ts",
    text: "lp(labels.file, u64(suite), sized(room, 16), u64(epoch), sized(fileId, 16));",
    becomes: (out) => `lp(labels.file, u64(suite), sized(room, 16), u64(epoch), ${out} ? empty : sized(fileId, 16));`,
  },
  {
    without: "T31",
    file: "crypto/files.ts",
    text: "if (this.#left !== 0 || !equal(digestOf(this.hash), this.digest)) throw",
    becomes: (out) => `if (this.#left !== 0 || (!${out} && !equal(digestOf(this.hash), this.digest))) throw`,
  },
  {
    without: "T32",
    file: "crypto/cobblestone.ts",
    text: "if (!equal(chunks.commitment, header.slice(saltSize))) throw",
    becomes: (out) => `if (!${out} && !equal(chunks.commitment, header.slice(saltSize))) throw`,
  },
  {
    without: "T32",
    file: "crypto/files.ts",
    text: "if (!equal(this.#front.slice(0, sizeField), u64(this.terms.size))) throw",
    becomes: (out) => `if (!${out} && !equal(this.#front.slice(0, sizeField), u64(this.terms.size))) throw`,
  },
  {
    without: "T33",
    file: "crypto/encoding.ts",
    text: "field.length > largestName || notInNames.test(text)) malformed();",
    becomes: (out) => `field.length > largestName || (!${out} && notInNames.test(text))) malformed();`,
  },
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
    without: "T14",
    file: "crypto/judging.ts",
    text: "const [key, standing] = signerOf(log, commit, own);",
    becomes: (out) =>
      `const [key, standing] = ${out} ? [commit.members[0].edPk, "duty_holder"] : signerOf(log, commit, own);`,
  },
  {
    without: "T14",
    file: "crypto/judging.ts",
    text: "await verify(key, commit.signature, commit.body);",
    becomes: (out) => `if (!${out}) await verify(key, commit.signature, commit.body);`,
  },
  {
    without: "T14",
    file: "crypto/permissions.ts",
    text: "const roster = this.rosters.get(toHex(member.root));",
    becomes: (out) => `if (${out}) return; const roster = this.rosters.get(toHex(member.root));`,
  },
  {
    // A second line: the ghost would go by a name that is taken.
    without: "T14",
    file: "state/namesakes.ts",
    text: "return this.#bears(names(fingerprint), fingerprint)",
    becomes: (out) => `return ${out} || this.#bears(names(fingerprint), fingerprint)`,
  },
  {
    without: "T16",
    file: "crypto/epoch.ts",
    text: 'if (!equal(key.kc, kc)) throw new CryptoRefusal("commitment_failed");',
    becomes: (out) => `if (!${out} && !equal(key.kc, kc)) throw new CryptoRefusal("commitment_failed");`,
  },
  {
    without: "T17",
    file: "crypto/reader.ts",
    text: 'if (header.epoch < this.#log.epoch) throw new CryptoRefusal("epoch_over");',
    becomes: (out) => `if (!${out} && header.epoch < this.#log.epoch) throw new CryptoRefusal("epoch_over");`,
  },
  {
    without: "T17",
    file: "crypto/reader.ts",
    text: 'if (!equal(header.kc, this.#log.kc)) throw new CryptoRefusal("commitment_failed");',
    becomes: (out) => `if (!${out} && !equal(header.kc, this.#log.kc)) throw new CryptoRefusal("commitment_failed");`,
  },
  {
    without: "T17",
    file: "crypto/reader.ts",
    text: "const sender = memberOf(this.#log, header.sender);",
    becomes: (out) => `const stillThere = () =>
      this.given.book.newest(this.#log.rootFingerprint).certificates.find((one) => equal(one.fingerprint, header.sender));
    const sender = memberOf(this.#log, header.sender) ?? (${out} ? { ...stillThere(), role: "counsellor" } : undefined);`,
  },
  {
    without: "T17",
    file: "crypto/reader.ts",
    text: "if (header.seenPos < log.logPosition || header.seenPos >= position) throw",
    becomes: (out) => `if (!${out} && (header.seenPos < log.logPosition || header.seenPos >= position)) throw`,
  },
  {
    without: "T18",
    file: "crypto/reader.ts",
    text: 'if (agrees === false) marks.add("forked");',
    becomes: (out) => `if (!${out} && agrees === false) marks.add("forked");`,
  },
  {
    without: "T18",
    file: "crypto/reader.ts",
    text: 'return verdict(before === null || equal(before, id) ? "known" : "conflict", position, { id });',
    becomes: (out) =>
      `return verdict(${out} || before === null || equal(before, id) ? "known" : "conflict", position, { id });`,
  },
  {
    without: "T20",
    file: "crypto/reader.ts",
    text: "if (known === null || judged.position !== known.position",
    becomes: (out) => `if (${out} || known === null || judged.position !== known.position`,
  },
  {
    without: "T20",
    file: "state/checkpoints.ts",
    text: "return reader.position < knownPosition(person, fromHex(room));",
    becomes: (out) => `return !${out} && reader.position < knownPosition(person, fromHex(room));`,
  },
  {
    without: "T21",
    file: "crypto/reader.ts",
    text: 'this.#chains.check(header) ? ["gap_before"] : []',
    becomes: (out) => `!${out} && this.#chains.check(header) ? ["gap_before"] : []`,
  },
  {
    without: "T21",
    file: "state/room-reading.ts",
    text: "this.onMissing();",
    becomes: (out) => `if (!${out}) this.onMissing();`,
  },
  {
    without: "T22",
    file: "crypto/reader.ts",
    text: "return this.#confirmed;",
    becomes: (out) => `return ${out} ? this.position : this.#confirmed;`,
  },
  {
    without: "T24",
    file: "state/items.ts",
    text: 'if (marks.has("repeated")) return [];',
    becomes: (out) => `if (!${out} && marks.has("repeated")) return [];`,
  },
  {
    // One table of keys for all rooms, by the commitment that a message names.
    without: "T24",
    file: "crypto/reader.ts",
    text: "const key = this.#keys.get(header.epoch);",
    becomes: (out) =>
      `const everywhere = (globalThis.__keys ??= new Map());
    everywhere.set(log.kc.join(), this.#keys.get(log.epoch));
    const key = (${out} ? everywhere.get(header.kc.join()) : undefined) ?? this.#keys.get(header.epoch);`,
  },
  {
    without: "T25",
    file: "crypto/message.ts",
    text: "await verify(edPk, signature, lp(labels.messageSignature, header.raw, body));",
    becomes: (out) => `if (!${out}) await verify(edPk, signature, lp(labels.messageSignature, header.raw, body));`,
  },
  {
    without: "T26",
    file: "crypto/message.ts",
    text: "unpad(await decryptOnce(key, ciphertext, raw))",
    becomes: (out) => `unpad(await decryptOnce(key, ciphertext, raw).catch((failure) => {
      if (${out}) return ciphertext;
      throw failure;
    }))`,
  },
  {
    without: "T27",
    file: "crypto/chance.ts",
    text: "crypto.getRandomValues(new Uint8Array(length))",
    becomes: (out) => `(${out} ? new Uint8Array(length) : crypto.getRandomValues(new Uint8Array(length)))`,
  },
  {
    without: "T28",
    file: "crypto/known-messages.ts",
    text: 'if (!equal(author, sender)) throw new CryptoRefusal("target_not_yours");',
    becomes: (out) => `if (!${out} && !equal(author, sender)) throw new CryptoRefusal("target_not_yours");`,
  },
  {
    without: "T28",
    file: "crypto/reader.ts",
    text: 'if (body.type === "read" && body.position > header.seenPos) throw',
    becomes: (out) => `if (!${out} && body.type === "read" && body.position > header.seenPos) throw`,
  },
  {
    without: "T29",
    file: "crypto/message.ts",
    text: "if (!fits || padded.subarray(overhead + length).some((byte) => byte !== 0))",
    becomes: (out) => `if (!${out} && (!fits || padded.subarray(overhead + length).some((byte) => byte !== 0)))`,
  },
  {
    without: "T34",
    file: "crypto/deletion.ts",
    text: "readSigned(raw, labels.deletion, 4)",
    becomes: (out) => `readSigned(raw, ${out} ? labels.receipt : labels.deletion, 4)`,
  },
  {
    without: "T42",
    file: "crypto/permissions.ts",
    text: 'if (!may) throw new CryptoRefusal("commit_not_allowed");',
    becomes: (out) => `if (!${out} && !may) throw new CryptoRefusal("commit_not_allowed");`,
  },
  {
    without: "T43",
    file: "crypto/signing.ts",
    text: "if ((key === null || !(await engineIsExact()))",
    becomes: (out) => `if (!${out} && (key === null || !(await engineIsExact()))`,
  },
  {
    without: "T43",
    file: "crypto/signing.ts",
    text: 'if (key !== null) return crypto.subtle.verify("Ed25519", key, signature, message);',
    becomes: (out) => `if (key !== null && !${out}) return crypto.subtle.verify("Ed25519", key, signature, message);`,
  },
  {
    without: "T47",
    file: "crypto/reader.ts",
    text: 'if (!clockFits(body, header.clock)) marks.add("clock_mismatch");',
    becomes: (out) => `if (!${out} && !clockFits(body, header.clock)) marks.add("clock_mismatch");`,
  },
  {
    without: "T49",
    file: "crypto/reader.ts",
    text: 'if (!equal(genesis.room, this.room)) throw new CryptoRefusal("wrong_room");',
    becomes: (out) => `if (!${out} && !equal(genesis.room, this.room)) throw new CryptoRefusal("wrong_room");`,
  },
  {
    without: "T49",
    file: "crypto/reader.ts",
    text: 'if (!equal(header.room, this.room)) throw new CryptoRefusal("wrong_room");',
    becomes: (out) => `if (!${out} && !equal(header.room, this.room)) throw new CryptoRefusal("wrong_room");`,
  },
  {
    without: "T49",
    file: "crypto/reader.ts",
    text: "await Transcript.start(this.room)",
    becomes: (out) =>
      `await Transcript.start(${out} && itemKind(item) === "genesis" ? (await readGenesis(item)).room : this.room)`,
  },
];

/** What the tests need besides. A worker has no page whose script could tell it what is out: it is told by its name. */
export const plumbing = [
  {
    // One page logs the same person in again and again: half a second each time, for the same keys.
    file: "crypto/passwords.ts",
    text: "const root = await stretch(secret, salt, cost);",
    becomes: `const roots = (globalThis.__roots ??= new Map());
  const named = [secret, salt, cost].join();
  if (!roots.has(named)) roots.set(named, await stretch(secret, salt, cost));
  const root = roots.get(named).slice();`,
  },
  {
    file: "state/workers.ts",
    text: '{ type: "module" }',
    becomes: '{ type: "module", name: JSON.stringify([...(globalThis.__without ?? [])]) }',
  },
  {
    file: "state/attachments/worker.ts",
    text: "const say = (heard: Heard)",
    becomes: 'globalThis.__without = new Set(JSON.parse(self.name || "[]"));\nconst say = (heard: Heard)',
  },
];
