import type * as wire from "../wire.gen.js";
import { get, post } from "../net/api.js";
import { fromBase64url, fromHex, toBase64url } from "../crypto/text-forms.js";
import { Refused } from "../net/refused.js";
import { codeOf, STARTS_AGAIN } from "./commits.js";
import { pinnedRoot, RosterShelf } from "./roster-shelf.js";
import type { Bytes, Reader, Verdict } from "./protocol.js";
import { Suspicions } from "./suspected.js";
import type { AlarmView } from "./thread-types.js";
import type { Unlocked } from "./unlocked.js";

const ATTEMPTS = 4;

/** What the person has been told about the room, and goes on with all the same. */
type Decided = readonly AlarmView[];

/** A room that this person reads with the agency's duty key, without being in it. */
interface SealedRoom {
  room: string;
  agency: string;
  room_share: string;
  items: wire.RoomItem[];
}

/** Takes a new enquiry: opens it with the duty key, adds oneself, and hands the server the commit. Exactly one colleague wins. */
export async function takeEnquiry(person: Unlocked, room: string, decided: Decided): Promise<wire.EnquiryTaken> {
  return again(async () => {
    const enquiry = await get<wire.Enquiry>(`/api/enquiries/${room}`);
    const commit = await joining(person, enquiry, decided);
    return post<wire.EnquiryTaken>(`/api/enquiries/${room}/take`, { commit });
  });
}

/** Answers in a colleague's place from now on; the client is told why. Exactly one colleague wins. */
export async function takeOver(person: Unlocked, room: string, decided: Decided): Promise<wire.TakenOver> {
  return again(async () => {
    const sealed = await readSealed(room);
    const commit = await joining(person, sealed, decided, sealed.reason);
    return post<wire.TakenOver>(`/api/rooms/${room}/takeover`, { commit });
  });
}

/** What was written or changed in between makes a commit outdated: it is made anew, as long as there is still something to take. */
async function again<Answer>(step: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await step();
    } catch (reason) {
      if (attempt === ATTEMPTS || !STARTS_AGAIN.has(codeOf(reason))) throw reason;
    }
  }
}

async function readSealed(room: string): Promise<wire.SealedRoom> {
  const page = (after: number) => get<wire.SealedRoom>(`/api/rooms/${room}/sealed`, { after });
  const first = await page(0);
  for (let last = first; last.items.length > 0 && first.items.length < last.last_position;) {
    last = await page(first.items.length);
    first.items.push(...last.items);
  }
  return first;
}

/** The commit with which this person joins; whom the newest roster revokes goes, the newest duty key comes in (T10, T41). */
async function joining(person: Unlocked, sealed: SealedRoom, decided: Decided, reason?: string): Promise<string> {
  const root = await pinnedRoot(person, sealed.items[0]);
  const shelf = await RosterShelf.open(person, sealed.agency, root);
  const roomShare = fromBase64url(sealed.room_share);
  const reader = new person.protocol.Reader(fromHex(sealed.room), {
    book: shelf.book,
    roomShare,
    me: person.identity,
    rootFingerprint: root,
    dutySeeds: await dutySeeds(person, sealed.agency, root),
    checkpoint: person.open.checkpoint(fromHex(sealed.room)),
  });
  const suspicions = new Suspicions(shelf.book);
  for (const item of sealed.items) suspicions.heard(await pushWithRoster(reader, shelf, item));
  if (reader.log === null) throw new Refused("envelope_broken");
  await suspicions.check(person, reader, decided);
  const { seenPos, seenTh } = reader.place();
  const { takeUp } = person.protocol;
  const made = await takeUp(reader.log, person.identity, shelf.book, roomShare, seenPos, seenTh, Date.now(), reason);
  return toBase64url(made.item);
}

async function pushWithRoster(reader: Reader, shelf: RosterShelf, item: wire.RoomItem): Promise<Verdict> {
  const verdict = await reader.push(item.position, fromBase64url(item.envelope));
  if (verdict.kind !== "roster_missing" || verdict.wants === null) return verdict;
  await shelf.fetch(verdict.wants.number);
  return reader.push(item.position, fromBase64url(item.envelope));
}

/** The agency's duty keys that this person holds: they open enquiries, and what was written before somebody took them. */
export async function dutySeeds(person: Unlocked, agency: string, root: Bytes) {
  const { seeds } = await get<wire.DutySeeds>("/api/duty-seeds");
  const ours = seeds.filter((seed) => seed.agency === agency);
  return Promise.all(
    ours.map((seed) => person.protocol.openDutySeed(fromBase64url(seed.sealed), person.identity, root)),
  );
}
