import type * as wire from "../wire.gen.js";
import { get, post } from "../net/api.js";
import { fromBase64url, toBase64url, toHex } from "../crypto/text-forms.js";
import { Refused } from "../net/refused.js";
import type { DeletionView } from "./types.js";
import type { Unlocked } from "./unlocked.js";

/** Deletes one's own thread for everybody. Throws `Refused`: wrong_credentials, not_found, deletion_invalid, offline … */
export async function deleteThread(person: Unlocked, room: string, password: string): Promise<DeletionView> {
  const auth = toBase64url(await person.authFor(password));
  const told = await post<wire.Deleted>(`/api/threads/${room}/delete`, { auth });
  return checked(person, told, "room", room);
}

/** Deletes the account, its vault and all its threads. The session is over afterwards. */
export async function deleteAccount(person: Unlocked, password: string): Promise<DeletionView> {
  const auth = toBase64url(await person.authFor(password));
  const told = await post<wire.Deleted>("/api/account/delete", { auth });
  return checked(person, told, "user", person.me.account_id);
}

/** The server's word counts only when it is signed, and about what was to be deleted. */
async function checked(
  person: Unlocked,
  told: wire.Deleted,
  kind: "room" | "user",
  subject: string,
): Promise<DeletionView> {
  const keys = await get<wire.Keys>("/api/keys");
  // The one that this person met first: a certificate of today by a key of today proves nothing.
  const key = person.open.receiptKey ?? fromBase64url(keys.receipt_key);
  const deletion = await person.protocol.readDeletion(fromBase64url(told.certificate), key);
  if (deletion.kind !== kind || toHex(deletion.subject) !== subject) throw new Refused("deletion_invalid");
  const [deletedAt, finalAt] = [new Date(deletion.deletedAt), new Date(deletion.finalAt)];
  return { kind, subject, deletedAt, finalAt, certificate: told.certificate, key: toBase64url(key) };
}
