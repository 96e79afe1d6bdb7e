import { fields, lp, readText, readU64, readWord, sized, u64, utf8, word, type Bytes } from "./encoding.js";
import { codeOf, CryptoRefusal } from "./errors.js";
import { readSigned, signed } from "./identity.js";
import { labels } from "./labels.js";
import { verify } from "./signing.js";

/** The server's signed promise about one message. Times in milliseconds UTC. */
export interface Receipt {
  readonly room: Bytes;
  readonly messageId: Bytes;
  readonly receivedAt: number;
  readonly dueAt: number;
  readonly policyKind: string;
  readonly policySeconds: number;
  readonly policyDetails: string;
  readonly eventId: Bytes;
}

export function signReceipt(seed: Bytes, receipt: Receipt): Promise<Bytes> {
  const policy = lp(word(receipt.policyKind), u64(receipt.policySeconds), utf8(receipt.policyDetails));
  const times = [u64(receipt.receivedAt), u64(receipt.dueAt)] as const;
  return signed(seed, lp(labels.receipt, receipt.room, receipt.messageId, ...times, policy, receipt.eventId));
}

/** Raises `receipt_invalid` for whatever is wrong with it. */
export async function readReceipt(raw: Bytes, publicKey: Bytes): Promise<Receipt> {
  try {
    const { body, signature, part } = readSigned(raw, labels.receipt, 6);
    const receipt = parse(part);
    await verify(publicKey, signature, body);
    return receipt;
  } catch (failure) {
    throw codeOf(failure) === null ? failure : new CryptoRefusal("receipt_invalid");
  }
}

/** One of a vault of one's own: it was verified before it came there. Raises `malformed`. */
export const receiptIn = (raw: Bytes): Receipt => parse(readSigned(raw, labels.receipt, 6).part);

type Part = ReturnType<typeof readSigned<6>>["part"];

function parse([room, messageId, receivedAt, dueAt, policy, eventId]: Part): Receipt {
  const [kind, seconds, details] = fields(policy, 3);
  return {
    room: sized(room, 16),
    messageId: sized(messageId, 32),
    receivedAt: readU64(receivedAt),
    dueAt: readU64(dueAt),
    policyKind: readWord(kind),
    policySeconds: readU64(seconds),
    policyDetails: readText(details),
    eventId: sized(eventId, 16),
  };
}
