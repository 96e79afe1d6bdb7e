export type RefusalCode = "encoding_invalid" | "key_invalid" | "signature_invalid" | "unwrap_failed";
/**
 * Every refusal of the protocol, with the stable code that docs/protocol.md lists and the Python package shares.
 * What cannot be verified is refused as a whole: there is no partial result to use by mistake.
 */
export class CryptoRefusal extends Error {
  override readonly name = "CryptoRefusal";

  constructor(
    readonly code: RefusalCode,
    sentence?: string,
  ) {
    super(sentence ?? code);
  }
}
