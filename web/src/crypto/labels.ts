/**
 * Every label of the protocol, once. A label opens whatever is hashed, derived from, sealed or signed, so that bytes
 * made for one purpose never pass for another (T34). docs/protocol.md section 14.
 */
import { utf8 } from "./encoding.js";

const version = "sprechraum/1 ";

function label(what: string) {
  return utf8(version + what);
}

export const labels = {
  // people
  userId: label("user id"),
  fingerprint: label("fingerprint"),
  kemStatement: label("kem statement"),
  kemPin: label("kem pin"),
  safetyNumber: label("safety number"),
  safetyCode: label("safety code"),
  // password and recovery
  serverSalt: label("server salt"),
  passwordSalt: label("password salt"),
  auth: label("auth"),
  wrap: label("wrap"),
  recoveryCheck: label("recovery check"),
  recoveryRoot: label("recovery root"),
  recoverySeed: label("recovery seed"),
  recoveryAuth: label("recovery auth"),
  // vault
  slot: label("slot"),
  slotKey: label("slot key"),
  slotBox: label("slot box"),
  recoverySlot: label("recovery slot"),
  vaultBlob: label("vault blob"),
  vault: label("vault"),
  vaultBody: label("vault body"),
  vaultWrite: label("vault write"),
  vaultPart: label("vault part"),
  keyring: label("keyring"),
  keyringEntry: label("keyring entry"),
  // agency
  root: label("root"),
  roots: label("roots"),
  rootFingerprint: label("root fingerprint"),
  successor: label("successor"),
  succession: label("succession"),
  rosterKeys: label("roster keys"),
  roster: label("roster"),
  rosterHash: label("roster hash"),
  invitationToken: label("invitation token"),
  invitationKey: label("invitation key"),
  invitation: label("invitation"),
  dutyFingerprint: label("duty fingerprint"),
  dutySeed: label("duty seed"),
  dutySeedInfo: label("duty seed info"),
  // rooms
  genesisCore: label("genesis core"),
  genesis: label("genesis"),
  room: label("room"),
  entryId: label("entry id"),
  thStart: label("th start"),
  thStep: label("th step"),
  commit: label("commit"),
  members: label("members"),
  ek: label("ek"),
  kc: label("kc"),
  epochWrap: label("epoch wrap"),
  historyGrant: label("history grant"),
  rekey: label("rekey"),
  checkpoint: label("checkpoint"),
  // messages
  message: label("message"),
  msg: label("msg"),
  messageSignature: label("message signature"),
  messageId: label("message id"),
  // receipts, deletion, files, calls
  receipt: label("receipt"),
  deletion: label("deletion"),
  file: label("file"),
  callSignal: label("call signal"),
  call: label("call"),
  callSignature: label("call signature"),
} as const;
