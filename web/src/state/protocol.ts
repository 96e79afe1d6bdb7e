/** The protocol is most of the code of a page: it comes when somebody writes or logs in, not with the first page. */
import type * as crypto from "../crypto/index.js";

export type Protocol = typeof crypto;
export type {
  Acceptance,
  AgencyRoot,
  Body,
  Bytes,
  Capability,
  Certificate,
  Change,
  Commit,
  DutySeed,
  Identity,
  InvitationLink,
  JournalHead,
  Member,
  NewCertificate,
  Reader,
  Receipt,
  Revocation,
  RoomLog,
  RootPin,
  Roster,
  RosterBook,
  Vault,
  VaultWrite,
  Verdict,
  Writer,
} from "../crypto/index.js";

export const protocol = (): Promise<Protocol> => import("../crypto/index.js");
