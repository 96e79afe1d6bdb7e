import type * as wire from "../wire.gen.js";
import { get, post } from "../net/api.js";
import { fromBase64url, toBase64url } from "../crypto/text-forms.js";
import { isUnanswered, Refused } from "../net/refused.js";
import { admitted } from "./factors/asked.svelte.js";
import type { Bytes, Identity, Vault } from "./protocol.js";
import { openOwnRoom } from "./own-rooms.js";
import { Unlocked } from "./unlocked.js";

/**
 * New keys, a new vault and a new password under the same name, for a person whose vault somebody else may have opened. All
 * rooms learn of it at once, or nothing changes. Throws `Refused`: wrong_credentials, password_weak, offline …
 */
export async function renewIdentity(person: Unlocked, present: string, next: string): Promise<Unlocked> {
  const auth = toBase64url(await person.authFor(present));
  const made: Vault[] = [];
  const inherit = (vault: Vault): void => {
    vault.inherit(person.open);
    made.push(vault);
  };
  return Unlocked.register(person.me.name, next, inherit, async (account) => {
    const [vault] = made;
    if (vault === undefined) throw new Refused("unexpected");
    const rooms = await renewedRooms(person, vault.identity, vault.keyringKey);
    return sent({ auth, account, rooms });
  });
}

/** Where the answer got lost, the new login key tells whether it holds: it opens nothing before. */
async function sent(wish: wire.RenewIdentity): Promise<wire.SignedIn> {
  try {
    return await post<wire.SignedIn>("/api/identity", wish);
  } catch (reason) {
    if (!isUnanswered(reason)) throw reason;
    const { name, auth } = wish.account;
    const answer = await post<wire.Admitted>("/api/login", { name, auth }).catch(() => Promise.reject(reason));
    return admitted(answer);
  }
}

/** For every room a commit that the old key and the new have signed, and the secrets of all its epochs for the new keyring. */
async function renewedRooms(person: Unlocked, next: Identity, keyringKey: Bytes): Promise<wire.RenewedRoom[]> {
  const { threads } = await get<wire.Threads>("/api/threads");
  const renewed: wire.RenewedRoom[] = [];
  for (const thread of threads) renewed.push(await renewedRoom(person, thread, next, keyringKey));
  return renewed;
}

async function renewedRoom(
  person: Unlocked,
  thread: wire.Thread,
  next: Identity,
  keyringKey: Bytes,
): Promise<wire.RenewedRoom> {
  const { clientMember, makeCommit, signRekey } = person.protocol;
  const { room, shelf } = await openOwnRoom(person, thread);
  const { reader } = room;
  const { seenPos, seenTh } = reader.place();
  if (reader.log === null) throw new Error("A room that has a place has a log.");
  const rekey = await signRekey(reader.log, person.identity, next);
  const terms = { seenPos, seenTh, createdAt: Date.now(), joining: [await clientMember(next)] };
  const share = fromBase64url(thread.room_share);
  const made = await makeCommit(reader.log, person.identity, [rekey], shelf.book, share, terms);
  const kept = await reader.keptFor(keyringKey, next.userId);
  const keys = kept.map(([epoch, sealed]) => ({ epoch, sealed: toBase64url(sealed) }));
  return { room: thread.room, commit: toBase64url(made.item), keys };
}
