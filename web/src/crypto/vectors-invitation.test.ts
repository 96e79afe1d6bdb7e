import { expect, test } from "vitest";

import {
  checkAcceptance,
  invitationToken,
  proveAcceptance,
  readInvitationLink,
  writeInvitationLink,
} from "./invitation.js";
import { bytes, refusalOf, vectors } from "./testing/vectors.js";
import { toHex } from "./text-forms.js";

interface Accepted {
  readonly name: string;
  readonly link: string;
  readonly ed_pk: string;
  readonly kem_statement: string;
  readonly roster_pk: string;
  readonly display_name: string;
  readonly proof: string;
  readonly refusal: string | null;
}

const found = vectors<{
  readonly link: string;
  readonly secret: string;
  readonly root_fingerprint: string;
  readonly token: string;
  readonly links: { name: string; link: string; refusal: string | null }[];
  readonly acceptances: Accepted[];
}>("invitations");

test("a link tells its secret, its root and its token", async () => {
  const link = readInvitationLink(bytes(found.link));
  expect([toHex(link.secret), toHex(link.rootFingerprint)]).toEqual([found.secret, found.root_fingerprint]);
  expect([toHex(writeInvitationLink(link)), toHex(await invitationToken(link))]).toEqual([found.link, found.token]);
  for (const { name, link: raw, refusal } of found.links) {
    expect([name, await refusalOf(() => readInvitationLink(bytes(raw)))]).toEqual([name, refusal]);
  }
});

test("T14, T50: keys count only with the proof of whoever held the link", async () => {
  for (const one of found.acceptances) {
    const accepted = {
      edPk: bytes(one.ed_pk),
      kemStatement: bytes(one.kem_statement),
      rosterPk: bytes(one.roster_pk),
      displayName: one.display_name,
    };
    const link = readInvitationLink(bytes(one.link));
    const refusal = await refusalOf(() => checkAcceptance(link, accepted, bytes(one.proof)));
    expect([one.name, refusal]).toEqual([one.name, one.refusal]);
    if (one.refusal === null) expect(toHex(await proveAcceptance(link, accepted))).toBe(one.proof);
  }
});
