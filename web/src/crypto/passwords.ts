import type { Cost } from "./argon.js";
import { sized, utf8, type Bytes } from "./encoding.js";
import { CryptoRefusal } from "./errors.js";
import { labels } from "./labels.js";
import { expand, hash } from "./symmetric.js";

/** A build constant: the same password on another installation gives other keys (T3). */
const realm = utf8("sprechraum");

/** The costs stand here and not on the wire, so that no server can lower them (T1). */
const costs: Readonly<Record<number, Cost>> = { 1: [65536, 3, 1] };

export const newestPasswordSuite = 1;

export interface PasswordKeys {
  /** What the server checks at log-in. */
  readonly auth: Bytes;
  /** What opens the vault; it never leaves the page (T4). */
  readonly wrap: Bytes;
}

/** The user name in lower case, or `name_invalid`. ASCII only, so that no Unicode table enters a salt. */
export function checkName(name: string): string {
  const lowered = name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  if (!/^[a-z0-9._-]{3,32}$/.test(lowered)) throw new CryptoRefusal("name_invalid");
  return lowered;
}

/** Argon2id with 32 bytes of result, wherever it runs; takes about a third of a second and 64 MiB. */
export type Stretch = (secret: Bytes, salt: Bytes, cost: Cost) => Promise<Bytes>;

/** Raises `name_invalid`, `password_suite_unknown`, `password_invalid`, and what `stretch` raises. */
export async function derive(
  password: string,
  name: string,
  serverSalt: Bytes,
  stretch: Stretch,
  passwordSuite = newestPasswordSuite,
): Promise<PasswordKeys> {
  const cost = costs[passwordSuite];
  if (cost === undefined) throw new CryptoRefusal("password_suite_unknown");
  const secret = passwordBytes(password);
  const salt = (await hash(labels.passwordSalt, realm, utf8(checkName(name)), sized(serverSalt, 32))).slice(0, 16);
  const root = await stretch(secret, salt, cost);
  const [auth, wrap] = await Promise.all([expand(root, labels.auth), expand(root, labels.wrap)]);
  root.fill(0);
  return { auth, wrap };
}

/** Raises `password_weak` for what is easy to guess. The word lists are fetched only when this is called. */
export async function checkStrength(password: string, name: string): Promise<void> {
  passwordBytes(password);
  const { rate } = await import("./strength.js");
  await rate(password, name);
}

function passwordBytes(password: string): Bytes {
  if (/\p{Surrogate}/u.test(password)) throw new CryptoRefusal("password_invalid");
  const bytes = utf8(password.normalize("NFC"));
  if (bytes.length < 1 || bytes.length > 1024) throw new CryptoRefusal("password_invalid");
  return bytes;
}
