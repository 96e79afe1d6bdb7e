import type * as wire from "../wire.gen.js";
import { get, post } from "../net/api.js";
import { fromBase64url, fromHex, toBase64url } from "../crypto/text-forms.js";
import { Refused } from "../net/refused.js";
import { pinnedRoot, RosterShelf } from "./roster-shelf.js";
import type { Bytes } from "./protocol.js";
import type { Unlocked } from "./unlocked.js";

/** Takes a new enquiry: opens it with the duty key, adds oneself, and hands the server the commit. Exactly one colleague wins. */
export async function takeEnquiry(person: Unlocked, room: string): Promise<wire.EnquiryTaken> {
  const { Reader, takeUp } = person.protocol;
  const enquiry = await get<wire.Enquiry>(`/api/enquiries/${room}`);
  const root = await pinnedRoot(person, enquiry.items[0]);
  const shelf = await RosterShelf.open(person, enquiry.agency, root);
  const roomShare = fromBase64url(enquiry.room_share);
  const reader = new Reader(fromHex(room), {
    book: shelf.book,
    roomShare,
    me: person.identity,
    rootFingerprint: root,
    dutySeeds: await dutySeeds(person, enquiry.agency, root),
  });
  for (const item of enquiry.items) {
    const verdict = await reader.push(item.position, fromBase64url(item.envelope));
    if (verdict.kind !== "roster_missing" || verdict.wants === null) continue;
    await shelf.fetch(verdict.wants.number);
    await reader.push(item.position, fromBase64url(item.envelope));
  }
  if (reader.log === null) throw new Refused("envelope_broken");
  const { seenPos, seenTh } = reader.place();
  const made = await takeUp(reader.log, person.identity, shelf.book, roomShare, seenPos, seenTh, Date.now());
  return post<wire.EnquiryTaken>(`/api/enquiries/${room}/take`, { commit: toBase64url(made.item) });
}

/** The agency's duty keys that this person holds: they open enquiries, and what was written before somebody took them. */
export async function dutySeeds(person: Unlocked, agency: string, root: Bytes) {
  const { seeds } = await get<wire.DutySeeds>("/api/duty-seeds");
  const ours = seeds.filter((seed) => seed.agency === agency);
  return Promise.all(
    ours.map((seed) => person.protocol.openDutySeed(fromBase64url(seed.sealed), person.identity, root)),
  );
}
