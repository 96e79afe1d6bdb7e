import { chance, type Chance } from "./chance.js";
import { equal, fields, lp, sized, u64, utf8, type Bytes } from "./encoding.js";
import { malformed } from "./errors.js";
import { labels } from "./labels.js";
import { decryptOnce, encryptOnce, expand, hash } from "./symmetric.js";
import { hpkeOpen, hpkeSeal, suiteId } from "./wrapping.js";

type SlotType = "password" | "recovery";

/** The vault key under what the password gives and the server's share: neither opens it alone (T37). */
export async function sealPasswordSlot(
  vk: Bytes,
  wrap: Bytes,
  userShare: Bytes,
  userId: Bytes,
  generation: number,
  draw: Chance = chance,
): Promise<Bytes> {
  const salt = draw(32);
  const aad = slotAad("password", userId, salt, generation);
  return lp(aad, salt, await encryptOnce(await passwordSlotKey(wrap, userShare, salt, aad), vk, aad));
}

export async function openPasswordSlot(
  slot: Bytes,
  wrap: Bytes,
  userShare: Bytes,
  userId: Bytes,
  generation: number,
): Promise<Bytes> {
  const [aad, salt, ciphertext] = fields(slot, 3);
  checkSlotAad(aad, "password", userId, sized(salt, 32), generation);
  return sized(await decryptOnce(await passwordSlotKey(wrap, userShare, salt, aad), ciphertext, aad), 32);
}

/** The vault key for the holder of the recovery code. */
export async function sealRecoverySlot(
  vk: Bytes,
  recoveryPk: Bytes,
  userShare: Bytes,
  userId: Bytes,
  generation: number,
  draw: Chance = chance,
): Promise<Bytes> {
  const aad = slotAad("recovery", userId, draw(32), generation);
  return lp(aad, await hpkeSeal(recoveryPk, vk, await hash(labels.recoverySlot, aad, userShare)));
}

export async function openRecoverySlot(
  slot: Bytes,
  recoverySeed: Bytes,
  userShare: Bytes,
  userId: Bytes,
  generation: number,
): Promise<Bytes> {
  const [aad, sealed] = fields(slot, 2);
  const salt = fields(aad, 6)[4];
  checkSlotAad(aad, "recovery", userId, sized(salt, 32), generation);
  return sized(await hpkeOpen(recoverySeed, sealed, await hash(labels.recoverySlot, aad, userShare)), 32);
}

/** What keeps a slot from being used for another person, kind or generation (T5). */
function slotAad(type: SlotType, userId: Bytes, salt: Bytes, generation: number): Bytes {
  return lp(labels.slot, userId, utf8(type), u64(suiteId), salt, u64(generation));
}

function checkSlotAad(aad: Bytes, type: SlotType, userId: Bytes, salt: Bytes, generation: number): void {
  if (!equal(aad, slotAad(type, userId, salt, generation))) malformed();
}

async function passwordSlotKey(wrap: Bytes, userShare: Bytes, salt: Bytes, aad: Bytes): Promise<Bytes> {
  return expand(await expand(wrap, labels.slotKey, userShare), labels.slotBox, salt, aad);
}
