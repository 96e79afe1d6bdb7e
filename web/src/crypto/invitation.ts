import { chance, type Chance } from "./chance.js";
import { concat, displayName, equal, sized, type Bytes } from "./encoding.js";
import { CryptoRefusal, malformed } from "./errors.js";
import { readKemStatement } from "./identity.js";
import { labels } from "./labels.js";
import { expand } from "./symmetric.js";

/**
 * What an invitation's link carries past the server. The token made of it admits; the key made of it proves that the
 * keys that arrive are those of whoever held the link (T14, T50). docs/protocol.md section 5.
 */
export interface InvitationLink {
  readonly secret: Bytes;
  readonly rootFingerprint: Bytes;
}

/** The public keys of whoever accepts. `rosterPk` is empty unless they are to keep the roster. */
export interface Acceptance {
  readonly edPk: Bytes;
  readonly kemStatement: Bytes;
  readonly rosterPk: Bytes;
  readonly displayName: string;
}

export const newInvitationLink = (rootFingerprint: Bytes, draw: Chance = chance): InvitationLink => ({
  secret: draw(32),
  rootFingerprint: sized(rootFingerprint, 32),
});

/** 64 bytes, in base64url the fragment of the link. */
export const writeInvitationLink = ({ secret, rootFingerprint }: InvitationLink): Bytes =>
  concat(secret, rootFingerprint);

/** Raises `malformed` for a link that was cut or typed. */
export function readInvitationLink(raw: Bytes): InvitationLink {
  if (raw.length !== 64) malformed();
  return { secret: raw.slice(0, 32), rootFingerprint: raw.slice(32) };
}

/** What admits; the server keeps its SHA-256. */
export const invitationToken = ({ secret }: InvitationLink): Promise<Bytes> => expand(secret, labels.invitationToken);

/** 32 bytes that only somebody who holds the link can make for these keys. */
export async function proveAcceptance(link: InvitationLink, accepted: Acceptance): Promise<Bytes> {
  const key = await expand(link.secret, labels.invitationKey);
  const { edPk, kemStatement, rosterPk } = accepted;
  const parts = [edPk, kemStatement, rosterPk, displayName(accepted.displayName)] as const;
  return expand(key, labels.invitation, link.rootFingerprint, ...parts);
}

/** Raises `invitation_proof_invalid`, and what is wrong with the keys: before anybody certifies them (T14, T50). */
export async function checkAcceptance(link: InvitationLink, accepted: Acceptance, proof: Bytes): Promise<void> {
  if (!equal(await proveAcceptance(link, accepted), proof)) throw new CryptoRefusal("invitation_proof_invalid");
  await readKemStatement(accepted.kemStatement, accepted.edPk);
}
