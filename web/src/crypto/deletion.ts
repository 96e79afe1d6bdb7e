import { lp, readU64, readWord, sized, u64, word, type Bytes } from "./encoding.js";
import { codeOf, CryptoRefusal, malformed } from "./errors.js";
import { readSigned, signed } from "./identity.js";
import { labels } from "./labels.js";
import { verify } from "./signing.js";

/** The server's signed word that a room or a person's vault is gone. Times in milliseconds UTC (T37). */
export interface Deletion {
  readonly kind: "room" | "user";
  readonly subject: Bytes;
  readonly deletedAt: number;
  /** From then on no backup can bring it back. */
  readonly finalAt: number;
}

export function signDeletion(seed: Bytes, deletion: Deletion): Promise<Bytes> {
  const times = [u64(deletion.deletedAt), u64(deletion.finalAt)] as const;
  return signed(seed, lp(labels.deletion, word(deletion.kind), sized(deletion.subject, 16), ...times));
}

/** Raises `deletion_invalid` for whatever is wrong with it. */
export async function readDeletion(raw: Bytes, publicKey: Bytes): Promise<Deletion> {
  try {
    const { body, signature, part } = readSigned(raw, labels.deletion, 4);
    const deletion = parse(part);
    if (deletion.finalAt < deletion.deletedAt) malformed();
    await verify(publicKey, signature, body);
    return deletion;
  } catch (failure) {
    throw codeOf(failure) === null ? failure : new CryptoRefusal("deletion_invalid");
  }
}

type Part = ReturnType<typeof readSigned<4>>["part"];

function parse([kindField, subject, deletedAt, finalAt]: Part): Deletion {
  const kind = readWord(kindField);
  if (kind !== "room" && kind !== "user") malformed();
  return { kind, subject: sized(subject, 16), deletedAt: readU64(deletedAt), finalAt: readU64(finalAt) };
}
