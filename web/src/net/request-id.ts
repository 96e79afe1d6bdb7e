import { toHex } from "../crypto/text-forms.js";

/** 16 random bytes as the server expects them: the name by which it recognises a repeat. */
export const newRequestId = (): string => toHex(crypto.getRandomValues(new Uint8Array(16)));
