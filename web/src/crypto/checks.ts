import { equal, type Bytes } from "./encoding.js";
import { CryptoRefusal } from "./errors.js";
import { userIdOf, type KemStatement } from "./identity.js";
import { checkSigningKey, verify } from "./signing.js";
import { checkKemKey, checkSuite } from "./wrapping.js";

/**
 * What a parsed object still owes: suites, then keys, then signatures. Two clients that look in the same order name
 * the same refusal for the same bytes (protocol.md section 1, T35).
 */
export class Checks {
  readonly #suites: number[] = [];
  readonly #signingKeys: Bytes[] = [];
  readonly #kemKeys: Bytes[] = [];
  readonly #signatures: (() => Promise<void>)[] = [];

  suite(id: number): void {
    this.#suites.push(id);
  }

  signingKey(publicKey: Bytes): void {
    this.#signingKeys.push(publicKey);
  }

  kemKey(publicKey: Bytes): void {
    this.#kemKeys.push(publicKey);
  }

  signature(publicKey: Bytes, signature: Bytes, body: Bytes): void {
    this.#signatures.push(() => verify(publicKey, signature, body));
  }

  /** Everything about a KEM statement of the holder of `edPk`. */
  kemStatement(statement: KemStatement, edPk: Bytes): void {
    this.suite(statement.suite);
    this.kemKey(statement.kemPk);
    this.signature(edPk, statement.signature, statement.body);
    this.#signatures.push(async () => {
      if (!equal(statement.userId, await userIdOf(edPk))) throw new CryptoRefusal("signature_invalid");
    });
  }

  /** Raises `suite_unknown`, `key_invalid`, `signature_invalid`, in this order. */
  async settle(): Promise<void> {
    this.#suites.forEach(checkSuite);
    this.#signingKeys.forEach(checkSigningKey);
    this.#kemKeys.forEach(checkKemKey);
    for (const check of this.#signatures) await check();
  }
}
