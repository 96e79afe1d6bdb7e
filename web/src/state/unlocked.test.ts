import { afterEach, beforeEach, expect, test, vi } from "vitest";

import * as crypto from "../crypto/index.js";
import type * as wire from "../wire.gen.js";
import { Unlocked } from "./unlocked.js";
import { VaultStopped } from "./vault-stopped.js";
import { writeFrom, writeTo } from "./vault-wire.js";

const wrap = new Uint8Array(32).fill(1);
const share = new Uint8Array(32).fill(2);
const root = (byte: number) => new Uint8Array(32).fill(byte);
const pin = (number: number, hash = root(number)) => ({ number, hash, keysSeq: 1 });

/** What a server does with vaults: it keeps them, and takes a write only if it follows the newest. */
let stored: wire.VaultWrite[];
let identity: crypto.Identity;

beforeEach(async () => {
  identity = await crypto.newIdentity();
  const vault = await crypto.newVault(identity, wrap, share);
  stored = [writeTo(await vault.seal())];
  vi.stubGlobal("fetch", (_path: string, { method, body }: { method: string; body?: string }) => {
    if (method === "GET") return Promise.resolve(Response.json(stored.at(-1)));
    const write = JSON.parse(body ?? "") as wire.VaultWrite;
    const follows = write.version === (stored.at(-1)?.version ?? 0) + 1;
    if (follows) stored.push(write);
    const answer = follows ? { version: write.version } : { code: "vault_conflict" };
    return Promise.resolve(Response.json(answer, { status: follows ? 200 : 409 }));
  });
});

afterEach(() => vi.unstubAllGlobals());

async function newest(): Promise<crypto.Vault> {
  const write = stored.at(-1);
  if (write === undefined) throw new Error("Nothing is stored.");
  return crypto.openVault(writeFrom(write), identity.userId, wrap, share);
}

async function tab(): Promise<Unlocked> {
  const me: wire.Me = { account_id: crypto.toHex(identity.userId), name: "luisa7", role: "client", server_time: "" };
  return new Unlocked(me, crypto, await newest(), wrap, share);
}

test("two tabs that save at once lose nothing (T27)", async () => {
  const [one, other] = [await tab(), await tab()];
  await Promise.all([
    one.save((vault) => vault.pinRoot(root(7), "link", pin(1))),
    other.save((vault) => vault.pinRoot(root(8), "compared", pin(2))),
    one.save((vault) => vault.pinRoot(root(9), "link", pin(3))),
  ]);
  expect((await newest()).roots().map(({ fingerprint }) => fingerprint[0])).toEqual([7, 8, 9]);
});

test("two tabs that contradict each other stop, and what is stored stays", async () => {
  const [one, other] = [await tab(), await tab()];
  await one.save((vault) => vault.pinRoot(root(7), "link", pin(1)));
  const contradicting = other.save((vault) => vault.pinRoot(root(7), "link", pin(1, root(99))));
  await expect(contradicting).rejects.toBeInstanceOf(VaultStopped);
  await expect(contradicting).rejects.toMatchObject({ code: "pins_contradict" });
  expect(stored.length).toBe(2);
});

test("a server that goes back to an older vault stops the page (T7)", async () => {
  const one = await tab();
  await one.save((vault) => vault.pinRoot(root(7), "link", pin(1)));
  await one.save((vault) => vault.pinRoot(root(8), "link", pin(1)));
  stored = stored.slice(0, 1);
  await expect(one.save(() => undefined)).rejects.toMatchObject({ code: "vault_stale" });
  expect(stored.length).toBe(1);
});

test("a vault that does not open any more stops the page and is not overwritten (T9)", async () => {
  const [one, other] = [await tab(), await tab()];
  await one.save((vault) => vault.pinRoot(root(7), "link", pin(1)));
  const last = stored.pop();
  if (last === undefined) throw new Error("Nothing is stored.");
  stored.push({ ...last, blob: stored[0]?.blob ?? "" });
  await expect(other.save(() => undefined)).rejects.toMatchObject({ code: "vault_does_not_open" });
  expect(stored.length).toBe(2);
});

test("a password changed in another tab asks to log in again; what was not saved goes on after it", async () => {
  const one = await tab();
  const changed = await newest();
  const newWrap = root(3);
  await changed.changePassword(newWrap, share);
  const write = writeTo(await changed.seal());
  stored.push(write);
  await expect(one.save((vault) => vault.pinRoot(root(7), "link", pin(1)))).rejects.toMatchObject({
    code: "session_expired",
  });
  const vault = await crypto.openVault(writeFrom(write), identity.userId, newWrap, share);
  await one.renew(new Unlocked(one.me, crypto, vault, newWrap, share));
  await one.save(() => undefined);
  const last = stored.at(-1);
  if (last === undefined) throw new Error("Nothing is stored.");
  const kept = await crypto.openVault(writeFrom(last), identity.userId, newWrap, share);
  expect(kept.roots().length).toBe(1);
});
