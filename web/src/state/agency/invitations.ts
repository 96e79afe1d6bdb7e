import type * as wire from "../../wire.gen.js";
import { equal } from "../../crypto/encoding.js";
import { sha256 } from "../../crypto/symmetric.js";
import { fromBase64url, fromHex, toBase64url, toHex } from "../../crypto/text-forms.js";
import { get, post } from "../../net/api.js";
import { Refused } from "../../net/refused.js";
import type { Acceptance, Bytes, InvitationLink, NewCertificate, Roster } from "../protocol.js";
import type { Unlocked } from "../unlocked.js";
import { publish, signingKeyOf, type OwnAgency } from "./own-agency.js";
import { readPaperKey } from "./paper.js";
import { changeRosterKeys, signNext } from "./rosters.js";
import { span } from "./spans.js";
import type { Capability, InvitationView, Proof } from "./types.js";

/** Somebody who has come by a link, as the next roster names them. */
export interface TakenIn {
  readonly newcomer: NewCertificate;
  readonly rosterKeys: Bytes;
}

/** How somebody new comes in: a link handed over in person, a proof that it was used, a signature (T14, T50). */
export class Invitations {
  #listed: wire.Invitation[] = [];

  constructor(private readonly person: Unlocked) {}

  /** The link's secret stays in the link, what can be checked by it in this person's vault; the server gets a hash. */
  async invite({ roster }: OwnAgency, name: string, capabilities: Capability[], renews: string | null = null) {
    const { protocol } = this.person;
    const link = protocol.newInvitationLink(roster.root.ownFingerprint);
    const tokenHash = await sha256(await protocol.invitationToken(link));
    // Before the server knows of it: what comes back by a link whose secret was lost could never be checked.
    await this.person.save((vault) =>
      vault.keepInvitation(tokenHash.slice(0, 16), { secret: link.secret, displayName: name, capabilities }),
    );
    const invited = await post<wire.Invited>("/api/agency/invitations", {
      token_hash: toBase64url(tokenHash),
      display_name: name,
      capabilities,
      renews,
    } satisfies wire.Invite);
    const fragment = toBase64url(protocol.writeInvitationLink(link));
    return { link: `${location.origin}/invitation#${fragment}`, expiresAt: new Date(invited.expires_at) };
  }

  async withdraw(id: string): Promise<void> {
    await post<wire.InvitationWithdrawn>(`/api/agency/invitations/${id}/withdraw`);
    if (this.person.open.invitation(fromHex(id)) === null) return;
    await this.person.save((vault) => vault.dropInvitation(fromHex(id)));
  }

  async list(agency: OwnAgency): Promise<InvitationView[]> {
    this.#listed = (await get<wire.Invitations>("/api/agency/invitations")).invitations;
    return Promise.all(this.#listed.map((one) => this.#view(agency, one)));
  }

  /** Signs the newcomer in, as what was written down when they were invited, whatever the server says. Gives the fingerprint. */
  async certify(agency: OwnAgency, id: string, rootKey: string): Promise<string> {
    const { protocol } = this.person;
    const signing = signingKeyOf(agency);
    if (signing === null) throw new Refused("invitation_invalid");
    const now = Date.now();
    const { newcomer, rosterKeys } = await this.takeIn(agency, id, rootKey, now);
    const signer = { protocol, roster: agency.roster, rosterSeed: signing.seed };
    await publish(agency, await signNext(signer, { certify: [newcomer], rosterKeys }, now));
    await this.forget(id);
    return toHex(await protocol.fingerprintOf(newcomer.edPk));
  }

  /** What the next roster says of whoever has come by a link. `insteadOf`: whose roster key ends with it. */
  async takeIn(agency: OwnAgency, id: string, rootKey: string, now: number, insteadOf?: Bytes): Promise<TakenIn> {
    const accepted = this.#listed.find((one) => one.id === id)?.accepted ?? null;
    const note = this.person.open.invitation(fromHex(id));
    if (accepted === null || note === null) throw new Refused("invitation_invalid");
    if ((await this.#proofOf(agency, id, accepted)) !== "right") throw new Refused("invitation_proof_invalid");
    const newcomer = {
      edPk: fromBase64url(accepted.signing_key),
      kemStatement: fromBase64url(accepted.kem_statement),
      displayName: note.displayName,
      capabilities: note.capabilities,
      ...span(now),
    };
    const rosterKeys = note.capabilities.includes("coordinate")
      ? await this.#keysWith(agency, accepted, rootKey, now, insteadOf)
      : agency.roster.rosterKeys.raw;
    return { newcomer, rosterKeys };
  }

  /** Whose new keys come by this link. */
  renews(id: string): string | null {
    return this.#listed.find((one) => one.id === id)?.renews ?? null;
  }

  async forget(id: string): Promise<void> {
    await this.person.save((vault) => vault.dropInvitation(fromHex(id)));
  }

  /** The root certifies whoever signs rosters; its key is read from paper, used once, and wiped. */
  async #keysWith(
    { roster }: OwnAgency,
    accepted: wire.Accepted,
    rootKey: string,
    now: number,
    insteadOf?: Bytes,
  ): Promise<Bytes> {
    const { protocol } = this.person;
    const pk = fromBase64url(accepted.roster_key ?? "");
    protocol.checkSigningKey(pk);
    const holder = await protocol.fingerprintOf(fromBase64url(accepted.signing_key));
    const rootSeed = readPaperKey(rootKey);
    try {
      return await changeRosterKeys(protocol, roster, rootSeed, { add: { pk, holder }, drop: insteadOf }, now);
    } finally {
      protocol.forget(rootSeed);
    }
  }

  async #view(agency: OwnAgency, one: wire.Invitation): Promise<InvitationView> {
    const note = this.person.open.invitation(fromHex(one.id));
    return {
      id: one.id,
      name: note?.displayName ?? one.display_name,
      capabilities: [...(note?.capabilities ?? one.capabilities)],
      expiresAt: new Date(one.expires_at),
      invitedBy: nameOf(agency.roster, one.invited_by),
      renews: one.renews,
      accepted: one.accepted && {
        proof: await this.#proofOf(agency, one.id, one.accepted),
        number: await comparison(
          agency,
          await this.person.protocol.fingerprintOf(fromBase64url(one.accepted.signing_key)),
        ),
      },
    };
  }

  /** Links carry the fingerprint of the root of their day; whoever has come by one of an earlier root is as welcome. */
  async #proofOf({ roster }: OwnAgency, id: string, accepted: wire.Accepted): Promise<Proof> {
    const note = this.person.open.invitation(fromHex(id));
    if (note === null) return "elsewhere";
    const keys = {
      edPk: fromBase64url(accepted.signing_key),
      kemStatement: fromBase64url(accepted.kem_statement),
      rosterPk: fromBase64url(accepted.roster_key ?? ""),
      displayName: note.displayName,
    };
    for (const rootFingerprint of [roster.root.ownFingerprint, ...roster.root.earlier]) {
      if (await this.#fits({ secret: note.secret, rootFingerprint }, keys, fromBase64url(accepted.proof)))
        return "right";
    }
    return "false";
  }

  async #fits(link: InvitationLink, keys: Acceptance, proof: Bytes): Promise<boolean> {
    try {
      await this.person.protocol.checkAcceptance(link, keys, proof);
      return true;
    } catch (reason) {
      if (reason instanceof this.person.protocol.CryptoRefusal) return false;
      throw reason;
    }
  }
}

/** The same 60 digits on both screens, from the agency's root and the newcomer's key. */
export const comparison = ({ person, roster }: OwnAgency, newcomer: Bytes): Promise<string> =>
  person.protocol.safetyNumber(roster.rootFingerprint, newcomer);

function nameOf(roster: Roster, account: string): string {
  return roster.certificates.find(({ userId }) => equal(userId, fromHex(account)))?.displayName ?? "";
}
