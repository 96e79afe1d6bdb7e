import { beforeAll, expect, test } from "vitest";

import {
  checkStrength,
  derive,
  newIdentity,
  newRecoveryCode,
  newVault,
  openVault,
  openVaultByRecovery,
  PasswordWeak,
  recoveryKeys,
  verifyVaultWrite,
  type Bytes,
  type Identity,
} from "./index.js";
import { stretch } from "./testing/stretch.js";

const wrap = new Uint8Array(32).fill(1);
const share = new Uint8Array(32).fill(2);
let luisa: Identity;

beforeAll(async () => {
  luisa = await newIdentity();
});

function changed(bytes: Bytes): Bytes {
  const copy = bytes.slice();
  copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
  return copy;
}

test("a vault opens in another browser with what the password gives", async () => {
  const vault = await newVault(luisa, wrap, share, { name: "nachtfalter" });
  const write = await vault.seal();
  await verifyVaultWrite(luisa.edPk, luisa.userId, write);
  const opened = await openVault(write, luisa.userId, wrap, share);
  expect(opened.identity).toEqual(luisa);
  expect(opened.name).toBe("nachtfalter");
  expect(opened.keyringKey).toEqual(vault.keyringKey);
});

test("a vault stays shut without the server's share, for another person, and after any change", async () => {
  const write = await (await newVault(luisa, wrap, share)).seal();
  const other = await newIdentity();
  const shut = { code: "vault_does_not_open" };
  await expect(openVault(write, luisa.userId, wrap, wrap)).rejects.toMatchObject(shut);
  await expect(openVault(write, other.userId, wrap, share)).rejects.toMatchObject(shut);
  await expect(openVault({ ...write, blob: changed(write.blob) }, luisa.userId, wrap, share)).rejects.toMatchObject(
    shut,
  );
  await expect(openVault({ ...write, version: 2 }, luisa.userId, wrap, share)).rejects.toMatchObject(shut);
});

test("an older vault than the known one is refused", async () => {
  const write = await (await newVault(luisa, wrap, share)).seal();
  await expect(openVault(write, luisa.userId, wrap, share, 2)).rejects.toMatchObject({ code: "vault_stale" });
});

test("the recovery code opens the vault, typed as people type it", async () => {
  const code = await newRecoveryCode();
  const keys = await recoveryKeys(code.toLowerCase().replaceAll("-", " ").replaceAll("0", "o").replaceAll("1", "l"));
  const write = await (await newVault(luisa, wrap, share, { recoveryPk: keys.pk })).seal();
  const opened = await openVaultByRecovery(write, luisa.userId, keys.seed, share);
  expect(opened.identity.userId).toEqual(luisa.userId);
});

test("a confirmed code is confirmed until there is another", async () => {
  const [one, other] = [await recoveryKeys(await newRecoveryCode()), await recoveryKeys(await newRecoveryCode())];
  const vault = await newVault(luisa, wrap, share, { recoveryPk: one.pk });
  expect(await vault.recoveryConfirmed()).toBe(false);
  await vault.confirmRecovery();
  expect(await (await openVault(await vault.seal(), luisa.userId, wrap, share)).recoveryConfirmed()).toBe(true);
  await vault.changePassword(wrap, share, other.pk);
  expect(await vault.recoveryConfirmed()).toBe(false);
});

test("a wrong letter in a recovery code is noticed", async () => {
  const code = await newRecoveryCode();
  const wrong = (code.startsWith("A") ? "B" : "A") + code.slice(1);
  await expect(recoveryKeys(wrong)).rejects.toMatchObject({ code: "recovery_code_invalid" });
});

test("two versions of a vault unite their pins", async () => {
  const first = await newVault(luisa, wrap, share);
  const write = await first.seal();
  const [mine, stored] = [
    await openVault(write, luisa.userId, wrap, share),
    await openVault(write, luisa.userId, wrap, share),
  ];
  const pin = (number: number) => ({ number, hash: new Uint8Array(32).fill(number), keysSeq: 1 });
  mine.pinRoot(wrap, "compared", pin(1));
  stored.pinRoot(wrap, "link", pin(2));
  stored.merge(mine);
  expect(stored.roots()).toEqual([{ fingerprint: wrap, how: "compared", pin: pin(2) }]);
  mine.pinRoot(wrap, "compared", { ...pin(2), hash: wrap });
  expect(() => stored.merge(mine)).toThrow(expect.objectContaining({ code: "pins_contradict" }));
});

test("a password gives two keys that differ by name, and an unknown cost is refused", async () => {
  const keys = await derive("vier ganz normale wörter", "Luisa7", share, stretch);
  expect(keys.auth).not.toEqual(keys.wrap);
  expect(await derive("vier ganz normale wo\u0308rter", "luisa7", share, stretch)).toEqual(keys);
  expect(await derive("vier ganz normale wörter", "luisa8", share, stretch)).not.toEqual(keys);
  await expect(derive("egal", "luisa7", share, stretch, 2)).rejects.toMatchObject({ code: "password_suite_unknown" });
}, 30_000);

test("a password that is easy to guess is refused, a long one is not", async () => {
  await expect(checkStrength("passwort123", "luisa7")).rejects.toBeInstanceOf(PasswordWeak);
  await expect(checkStrength("luisa7sprechraum", "luisa7")).rejects.toMatchObject({ code: "password_weak" });
  await checkStrength("kranich lampe zwiebel ordner", "luisa7");
});

test("what the vault of a new identity takes over stays when the old one is wiped", async () => {
  const root = new Uint8Array(32).fill(3);
  const before = await newVault(luisa, wrap, share);
  before.pinRoot(root, "link", { number: 4, hash: new Uint8Array(32).fill(5), keysSeq: 6 });
  const next = await newVault(await newIdentity(), wrap, share);
  next.inherit(before);
  before.forget();
  expect(next.root(root)).toMatchObject({ how: "link", pin: { number: 4, keysSeq: 6 } });
  expect(next.earlierFingerprints).toEqual([luisa.fingerprint]);
});
