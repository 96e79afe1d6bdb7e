/** The end-to-end encryption of Sprechraum as docs/protocol.md says it; the twin of the Python package `crypto`. */
export * from "./bodies.js";
export { CallReader, CallWriter, type CallPlace, type CallSignal } from "./calls.js";
export { forget, type Chance } from "./chance.js";
export { type Change, type Grant } from "./changes.js";
export { type Checkpoint, readCheckpoint } from "./checkpoint.js";
export { type Commit, type NamedRoster, readCommit } from "./commit.js";
export {
  type CommitTerms,
  type MadeCommit,
  makeCommit,
  overdueChanges,
  ownKeyChange,
  signRekey,
  takeUp,
} from "./commit-making.js";
export { type Deletion, readDeletion } from "./deletion.js";
export { type DutySeed, isListed, openDutyKey, openDutySeed, sealDutySeed } from "./duty.js";
export { type Bytes, displayName } from "./encoding.js";
export { openEpochKey, sealEpochKey, sealGrant } from "./epoch.js";
export { CryptoRefusal, PasswordWeak, type RefusalCode, refusals } from "./errors.js";
export { FileOpener, FileSealer, type FileTerms, largestFile, storedSize } from "./files.js";
export { type Genesis, type MadeGenesis, makeGenesis, readGenesis } from "./genesis.js";
export {
  fingerprintOf,
  type Identity,
  type KemStatement,
  newIdentity,
  openIdentity,
  readKemStatement,
  safetyCode,
  safetyNumber,
  userIdOf,
} from "./identity.js";
export {
  type Acceptance,
  checkAcceptance,
  type InvitationLink,
  invitationToken,
  newInvitationLink,
  proveAcceptance,
  readInvitationLink,
  writeInvitationLink,
} from "./invitation.js";
export { itemId, itemKind, type ItemKind, thStart, thStep } from "./items.js";
export {
  journalEntry,
  type JournalEvent,
  type JournalHead,
  journalHeadIn,
  journalLink,
  journalStart,
  verifyJournalHead,
} from "./journal.js";
export { judgeCommitPublicly } from "./judging.js";
export { judgeGenesisPublicly, type RoomLog } from "./log.js";
export { certifiedMember, clientMember, type Member, type Role } from "./members.js";
export { type Header, type Message, type Place, readHeader, type Sealed, Writer } from "./message.js";
export { checkName, checkStrength, derive, type PasswordKeys, type Stretch } from "./passwords.js";
export { Reader, type ReaderGiven } from "./reader.js";
export { type Receipt, readReceipt, receiptIn } from "./receipts.js";
export { newRecoveryCode, type RecoveryKeys, recoveryKeys } from "./recovery.js";
export { RosterBook } from "./roster-book.js";
export {
  type AgencyRoot,
  type Capability,
  type Certificate,
  certified,
  checkGoodAt,
  checkPin,
  readRoster,
  rootFingerprintIn,
  type Revocation,
  type Roster,
  type RosterPin,
} from "./roster.js";
export {
  makeRoot,
  type NewCertificate,
  type NewRoster,
  signRoster,
  signRosterKeys,
  succeedRoot,
} from "./roster-making.js";
export { latestSuccession, type Succession } from "./succession.js";
export { checkSigningKey, signingPublicKey, verify } from "./signing.js";
export { fromBase64url, fromHex, toBase64url, toHex } from "./text-forms.js";
export { newVault, openVault, openVaultByRecovery, type Vault, type VaultWrite, verifyVaultWrite } from "./vault.js";
export { type Invited, type PersonPin, type RootPin } from "./vault-pages.js";
export { type KeptReceipt } from "./vault-proofs.js";
export { type Mark, type Verdict, type VerdictKind } from "./verdict.js";
export { kemPublicKey } from "./wrapping.js";
