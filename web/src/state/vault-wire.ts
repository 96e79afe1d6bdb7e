import type * as wire from "../wire.gen.js";
import { get } from "../net/api.js";
import { fromBase64url, toBase64url } from "../crypto/text-forms.js";
import { stretch } from "./passwords/stretching.js";
import type { Protocol, VaultWrite } from "./protocol.js";

/** A vault as it lies on the server, and as it travels. No recovery slot is empty bytes here and null there. */
export const writeFrom = (stored: wire.StoredVault): VaultWrite => ({
  version: stored.version,
  vkGeneration: stored.vk_generation,
  blob: fromBase64url(stored.blob),
  passwordSlot: fromBase64url(stored.password_slot),
  recoverySlot: stored.recovery_slot === null ? new Uint8Array() : fromBase64url(stored.recovery_slot),
  signature: fromBase64url(stored.signature),
});

export const writeTo = (write: VaultWrite): wire.VaultWrite => ({
  version: write.version,
  vk_generation: write.vkGeneration,
  blob: toBase64url(write.blob),
  password_slot: toBase64url(write.passwordSlot),
  recovery_slot: write.recoverySlot.length === 0 ? null : toBase64url(write.recoverySlot),
  signature: toBase64url(write.signature),
});

/** Both keys of a password, under the salt that the server names for it. Throws `password_suite_unknown` (T1). */
export async function deriveFor(crypto: Protocol, name: string, password: string) {
  const parameters = await get<wire.PasswordParameters>("/api/password-parameters", { name });
  const salt = fromBase64url(parameters.server_salt);
  const keys = await crypto.derive(password, name, salt, stretch, parameters.password_suite);
  return { ...keys, suite: parameters.password_suite };
}
