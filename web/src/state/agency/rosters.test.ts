import { beforeAll, expect, test } from "vitest";

import * as protocol from "../../crypto/index.js";
import { inGroups, readPaperKey } from "./paper.js";
import { changeRosterKeys, hasLeft, signNext, type Signer } from "./rosters.js";
import { span } from "./spans.js";

const DAY = 86_400_000;
const now = Date.UTC(2026, 10, 26, 12);
const [rootSeed, successor, rosterSeed] = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte)) as [
  protocol.Bytes,
  protocol.Bytes,
  protocol.Bytes,
];
let berger: protocol.Identity;
let demir: protocol.Identity;
let first: Signer;

beforeAll(async () => {
  berger = await protocol.newIdentity();
  demir = await protocol.newIdentity();
  const root = await protocol.makeRoot(rootSeed, successor);
  const key = { pk: protocol.signingPublicKey(rosterSeed), holder: berger.fingerprint, ...span(now) };
  const raw = await protocol.signRoster(rosterSeed, {
    root,
    rosterKeys: await protocol.signRosterKeys(rootSeed, root, 1, [key]),
    number: 1,
    issuedAt: now,
    agencyName: "Haus am Wehr",
    dutyGeneration: 1,
    dutyKemPk: await protocol.kemPublicKey(new Uint8Array(32).fill(4)),
    certificates: [{ ...berger, displayName: "Frau Berger", capabilities: ["coordinate"], ...span(now) }],
  });
  first = { protocol, rosterSeed, roster: await protocol.readRoster(raw, root.fingerprint) };
});

const counsellor = () => ({
  ...demir,
  displayName: "Frau Demir",
  capabilities: ["counsel", "duty"] as const,
  ...span(now),
});

test("the next roster follows the one before and keeps everybody on it", async () => {
  const second = await signNext(first, { certify: [counsellor()] }, now);
  expect(protocol.checkPin(second, protocol.checkPin(first.roster, null)).number).toBe(2);
  expect(second.certificates.map(({ displayName }) => displayName).sort()).toEqual(["Frau Berger", "Frau Demir"]);
  protocol.certified(second, demir.fingerprint, now, "counsel", "duty");
});

test("whoever has left stays revoked in every later roster, and keeps the name in old conversations", async () => {
  const second = await signNext(first, { certify: [counsellor()] }, now);
  const gone = { fingerprint: demir.fingerprint, revokedAt: now, reason: "left" };
  const third = await signNext({ ...first, roster: second }, { revoke: [gone] }, now);
  const fourth = await signNext({ ...first, roster: third }, {}, now + DAY);
  expect(hasLeft(fourth, demir.fingerprint)).toBe(true);
  expect(() => protocol.certified(fourth, demir.fingerprint, now + DAY)).toThrow(protocol.refusals.not_certified);
  expect(fourth.certificates).toHaveLength(2);
});

test("a certificate that ends soon is prolonged on the way, one that does not is left alone", async () => {
  const early = await signNext(first, {}, now + 10 * DAY);
  expect(early.certificates[0]?.notAfter).toBe(first.roster.certificates[0]?.notAfter);
  const late = await signNext(first, {}, now + 300 * DAY);
  expect(late.certificates[0]?.notAfter).toBe(span(now + 300 * DAY).notAfter);
});

test("only the root's own key changes who signs, and only three may", async () => {
  const add = { pk: protocol.signingPublicKey(new Uint8Array(32).fill(9)), holder: demir.fingerprint };
  const typed = readPaperKey(inGroups(rootSeed).join(" "));
  await expect(changeRosterKeys(protocol, first.roster, successor, { add }, now)).rejects.toThrow("paper_key_other");
  let roster = await signNext(
    first,
    { rosterKeys: await changeRosterKeys(protocol, first.roster, typed, { add }, now) },
    now,
  );
  expect(roster.rosterKeys.keys).toHaveLength(2);
  const third = { ...add, holder: new Uint8Array(32).fill(7) };
  roster = await signNext(
    { ...first, roster },
    { rosterKeys: await changeRosterKeys(protocol, roster, typed, { add: third }, now) },
    now,
  );
  const fourth = { ...add, holder: new Uint8Array(32).fill(8) };
  await expect(changeRosterKeys(protocol, roster, typed, { add: fourth }, now)).rejects.toThrow("roster_keys_full");
  const without = await changeRosterKeys(protocol, roster, typed, { drop: demir.fingerprint }, now);
  roster = await signNext({ ...first, roster }, { rosterKeys: without }, now);
  expect(roster.rosterKeys.keys.map(({ holder }) => holder)).not.toContainEqual(demir.fingerprint);
  expect(roster.keysSeq).toBe(4);
});
