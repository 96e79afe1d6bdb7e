import { protocol } from "../protocol.js";

/** Why a password is too weak for that name, or null when it is not. */
export async function weakness(password: string, name: string): Promise<string | null> {
  const { checkStrength, PasswordWeak } = await protocol();
  try {
    await checkStrength(password, name);
    return null;
  } catch (reason) {
    if (reason instanceof PasswordWeak) return reason.warning;
    throw reason;
  }
}
