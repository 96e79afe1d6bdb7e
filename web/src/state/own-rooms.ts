import type * as wire from "../wire.gen.js";
import { get } from "../net/api.js";
import { fromBase64url } from "../crypto/text-forms.js";
import { Room } from "./room.js";
import { pinnedRoot, RosterShelf } from "./roster-shelf.js";
import type { Unlocked } from "./unlocked.js";

/** One of a client's rooms, read to its end without a page that shows it. */
export async function openOwnRoom(person: Unlocked, thread: wire.Thread): Promise<{ room: Room; shelf: RosterShelf }> {
  const first = await get<wire.Items>(`/api/rooms/${thread.room}/items`, { after: 0, limit: 1 });
  const root = await pinnedRoot(person, first.items[0]);
  const shelf = await RosterShelf.open(person, thread.agency, root);
  const keys = { room: thread.room, roomShare: fromBase64url(thread.room_share), dutySeeds: [] };
  const room = await Room.open(person, keys, shelf, () => undefined);
  await room.sync();
  return { room, shelf };
}

/**
 * Tells every room of the person's newest KEM key, so that what comes is sealed for it. A room that cannot be reached
 * now learns it with the next message: nothing is written there before.
 */
export async function announceKemKey(person: Unlocked): Promise<void> {
  const { threads } = await get<wire.Threads>("/api/threads");
  for (const thread of threads) {
    await openOwnRoom(person, thread)
      .then(({ room }) => room.settle())
      .catch(() => undefined);
  }
}
