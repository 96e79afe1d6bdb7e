import { lp, padme, utf8, type Bytes } from "../crypto/encoding.js";
import { toHex } from "../crypto/text-forms.js";

const nonceLength = 12;
const decoder = new TextDecoder();

const terms = (purpose: string) => ({
  name: "HKDF",
  hash: "SHA-256",
  salt: new Uint8Array(),
  info: utf8(`sprechraum/1 ${purpose}`),
});

/** What seals one person's rows on this device. Comes from the vault, so nothing opens without a log-in; cannot be exported. */
export class OutboxKey {
  private constructor(
    /** By which rows of this person are found; tells nobody else whose they are. */
    readonly owner: string,
    private readonly key: CryptoKey,
    private readonly base: CryptoKey,
  ) {}

  /** `secret`: the vault's keyring key, 32 bytes. */
  static async from(secret: Bytes): Promise<OutboxKey> {
    const base = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey", "deriveBits"]);
    const aes = { name: "AES-GCM", length: 256 };
    const key = await crypto.subtle.deriveKey(terms("outbox"), base, aes, false, ["encrypt", "decrypt"]);
    const owner = await crypto.subtle.deriveBits(terms("outbox owner"), base, 128);
    return new OutboxKey(toHex(new Uint8Array(owner)), key, base);
  }

  /** By which the draft of a room is found; tells nobody else which room that is. */
  async draftName(room: string): Promise<string> {
    return toHex(new Uint8Array(await crypto.subtle.deriveBits(terms(`draft ${room}`), this.base, 128)));
  }

  /** Bound to person and id; the room is part of `value`. Padded, so that the row does not tell how much was written. */
  async seal(uid: string, value: object): Promise<Bytes> {
    const json = utf8(JSON.stringify(value));
    const padded = new Uint8Array(Math.max(1024, padme(json.length))).fill(0x20);
    padded.set(json);
    const iv = crypto.getRandomValues(new Uint8Array(nonceLength));
    const sealed = new Uint8Array(await crypto.subtle.encrypt(this.#terms(uid, iv), this.key, padded));
    const row = new Uint8Array(nonceLength + sealed.length);
    row.set(iv);
    row.set(sealed, nonceLength);
    return row;
  }

  /** Null for a row that is not this person's under this id, or was changed. */
  async open(uid: string, row: Bytes): Promise<unknown> {
    const iv = row.slice(0, nonceLength);
    try {
      const padded = await crypto.subtle.decrypt(this.#terms(uid, iv), this.key, row.slice(nonceLength));
      return JSON.parse(decoder.decode(padded)) as unknown;
    } catch {
      return null;
    }
  }

  #terms(uid: string, iv: Bytes): AesGcmParams {
    return { name: "AES-GCM", iv, additionalData: lp(utf8("outbox row"), utf8(this.owner), utf8(uid)) };
  }
}
