import type * as wire from "../../wire.gen.js";
import { fromBase64url, fromHex, toBase64url } from "../../crypto/text-forms.js";
import { Refused } from "../../net/refused.js";
import type { Bytes } from "../../crypto/encoding.js";

const ES256 = -7;
const EDDSA = -8;
const RS256 = -257;

type Site = Pick<wire.FactorAsked, "rp_id" | "challenge">;

/** Browsers make passkeys for a name, at that name; at a bare address they refuse. */
export const canUsePasskeys = (rpId: string): boolean =>
  "PublicKeyCredential" in window && (location.hostname === rpId || location.hostname.endsWith(`.${rpId}`));

/** Throws `Refused`: passkey_left when the person or the device says no. */
export async function getPasskey(asked: Site & Pick<wire.FactorAsked, "passkeys">): Promise<wire.PasskeyShown> {
  const credential = await answered(
    navigator.credentials.get({
      publicKey: {
        rpId: asked.rp_id,
        challenge: fromBase64url(asked.challenge),
        allowCredentials: asked.passkeys.map(described),
        userVerification: "discouraged",
      },
    }),
  );
  const { clientDataJSON, authenticatorData, signature } = credential.response as AuthenticatorAssertionResponse;
  return {
    credential_id: text(credential.rawId),
    client_data: text(clientDataJSON),
    authenticator_data: text(authenticatorData),
    signature: text(signature),
  };
}

/** Throws as `getPasskey`; the device knows those that there are, and makes no second one beside them. */
export async function makePasskey(offered: wire.FactorOffered, name: string): Promise<wire.PasskeyMade> {
  const credential = await answered(
    navigator.credentials.create({
      publicKey: {
        rp: { id: offered.rp_id, name: "Sprechraum" },
        user: { id: fromHex(offered.account_id), name, displayName: name },
        challenge: fromBase64url(offered.challenge),
        pubKeyCredParams: [ES256, EDDSA, RS256].map((alg) => ({ type: "public-key", alg })),
        excludeCredentials: offered.known.map(described),
        authenticatorSelection: { residentKey: "discouraged", userVerification: "discouraged" },
        attestation: "none",
      },
    }),
  );
  const { clientDataJSON, attestationObject } = credential.response as AuthenticatorAttestationResponse;
  return {
    credential_id: text(credential.rawId),
    client_data: text(clientDataJSON),
    attestation: text(attestationObject),
  };
}

const described = (id: string) => ({ type: "public-key" as const, id: fromBase64url(id) });
const text = (bytes: ArrayBuffer): string => toBase64url(new Uint8Array(bytes) as Bytes);

async function answered(asking: Promise<Credential | null>): Promise<PublicKeyCredential> {
  const credential = await asking.catch(() => null);
  if (credential === null) throw new Refused("passkey_left");
  return credential as PublicKeyCredential;
}
