import { each, fields, lp, readU64, readWord, sized, split, u64, utf8, word, type Bytes } from "./encoding.js";
import { malformed } from "./errors.js";
import { wrapLength } from "./wrapping.js";

const mostGrants = 256;

export interface Grant {
  readonly epoch: number;
  readonly wrap: Bytes;
}

/** What a commit does to a room (docs/protocol.md section 7). */
export type Change =
  | { readonly kind: "add" | "remove" | "key_change"; readonly fingerprint: Bytes }
  | { readonly kind: "duty_change"; readonly generation: number }
  | { readonly kind: "standby_off" | "standby_on" }
  | { readonly kind: "takeover"; readonly fingerprint: Bytes; readonly reason: string }
  | { readonly kind: "rekey"; readonly fingerprint: Bytes; readonly edPk: Bytes; readonly signature: Bytes }
  | { readonly kind: "rotate" | "close"; readonly reason: string }
  | { readonly kind: "history_grant"; readonly fingerprint: Bytes; readonly grants: readonly Grant[] };

export type ChangeOf<Kind extends Change["kind"]> = Change & { readonly kind: Kind };

export function writeChange(change: Change): Bytes {
  const kind = utf8(change.kind);
  switch (change.kind) {
    case "add":
    case "remove":
    case "key_change":
      return lp(kind, change.fingerprint);
    case "duty_change":
      return lp(kind, u64(change.generation));
    case "standby_off":
    case "standby_on":
      return lp(kind);
    case "takeover":
      return lp(kind, change.fingerprint, word(change.reason));
    case "rekey":
      return lp(kind, change.fingerprint, change.edPk, change.signature);
    case "rotate":
    case "close":
      return lp(kind, word(change.reason));
    case "history_grant":
      return lp(kind, change.fingerprint, lp(...change.grants.map(({ epoch, wrap }) => lp(u64(epoch), wrap))));
  }
}

/** Structure only; raises `malformed`. */
export function readChange(raw: Bytes): Change {
  const kind = readWord(split(raw)[0] ?? malformed());
  switch (kind) {
    case "add":
    case "remove":
    case "key_change":
      return { kind, fingerprint: sized(fields(raw, 2)[1], 32) };
    case "duty_change":
      return { kind, generation: readU64(fields(raw, 2)[1]) };
    case "standby_off":
    case "standby_on":
      fields(raw, 1);
      return { kind };
    case "rotate":
    case "close":
      return { kind, reason: readWord(fields(raw, 2)[1]) };
    case "takeover":
      return readTakeover(raw);
    case "rekey":
      return readRekey(raw);
    case "history_grant":
      return readHistoryGrant(raw);
    default:
      return malformed();
  }
}

function readTakeover(raw: Bytes): Change {
  const [, fingerprint, reason] = fields(raw, 3);
  return { kind: "takeover", fingerprint: sized(fingerprint, 32), reason: readWord(reason) };
}

function readRekey(raw: Bytes): Change {
  const [, fingerprint, edPk, signature] = fields(raw, 4);
  return { kind: "rekey", fingerprint: sized(fingerprint, 32), edPk: sized(edPk, 32), signature: sized(signature, 64) };
}

function readHistoryGrant(raw: Bytes): Change {
  const [, fingerprint, list] = fields(raw, 3);
  return { kind: "history_grant", fingerprint: sized(fingerprint, 32), grants: each(list, readGrant, mostGrants) };
}

function readGrant(raw: Bytes): Grant {
  const [epoch, wrap] = fields(raw, 2);
  return { epoch: readU64(epoch), wrap: sized(wrap, wrapLength) };
}
