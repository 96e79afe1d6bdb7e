import type * as wire from "../../wire.gen.js";
import { fromBase64url, toBase64url } from "../../crypto/text-forms.js";
import { post } from "../../net/api.js";
import { mayBeStored, Refused } from "../../net/refused.js";
import { admitted } from "../factors/asked.svelte.js";
import type { Bytes, InvitationLink, Protocol, Roster, Vault } from "../protocol.js";
import { protocol } from "../protocol.js";
import { Unlocked } from "../unlocked.js";
import type { Joining as JoiningView, StaffLogin } from "./types.js";

/** Somebody who comes by an invitation's link. Which agency it is, the link says and not the server (T39). */
export class Joining implements JoiningView {
  #unanswered: string | null = null;

  private constructor(
    private readonly crypto: Protocol,
    private readonly link: InvitationLink,
    private readonly shown: wire.ShownInvitation,
    private readonly roster: Roster,
    private readonly signedIn: (person: Unlocked) => Promise<void>,
  ) {}

  /** Throws `Refused`: invitation_invalid, malformed for a link that was cut, root_mismatch when the server shows another agency than the link … */
  static async look(fragment: string, signedIn: (person: Unlocked) => Promise<void>): Promise<Joining> {
    const crypto = await protocol();
    const link = crypto.readInvitationLink(fromBase64url(fragment));
    const token = toBase64url(await crypto.invitationToken(link));
    const shown = await post<wire.ShownInvitation>("/api/invitations/look", { token });
    const roster = await crypto.readRoster(fromBase64url(shown.roster), link.rootFingerprint);
    crypto.checkGoodAt(roster, Date.now());
    return new Joining(crypto, link, shown, roster, signedIn);
  }

  get agencyName(): string {
    return this.roster.agencyName;
  }

  get displayName(): string {
    return this.shown.display_name;
  }

  get capabilities(): JoiningView["capabilities"] {
    return this.shown.capabilities;
  }

  get expiresAt(): Date {
    return new Date(this.shown.expires_at);
  }

  async accept({ name, password }: StaffLogin): Promise<void> {
    if (this.#unanswered === name && (await this.#cameIn(name, password))) return;
    const rosterSeed = this.capabilities.includes("coordinate") ? draw() : null;
    const rosterPk = rosterSeed === null ? null : this.crypto.signingPublicKey(rosterSeed);
    const fill = (vault: Vault): void => {
      const root = this.roster.rootFingerprint;
      vault.keepName(this.displayName);
      vault.pinRoot(root, "link", this.crypto.checkPin(this.roster, null));
      if (rosterSeed !== null) vault.keepRosterKey(root, rosterSeed);
    };
    const open = async (account: wire.OpenAccount): Promise<wire.SignedIn> =>
      admitted(
        await post<wire.Admitted>("/api/invitations/accept", {
          token: toBase64url(await this.crypto.invitationToken(this.link)),
          account,
          roster_key: rosterPk === null ? null : toBase64url(rosterPk),
          proof: toBase64url(await this.#prove(account, rosterPk)),
        } satisfies wire.AcceptInvitation),
      );
    try {
      await this.#done(await Unlocked.register(name, password, fill, open));
    } catch (reason) {
      if (mayBeStored(reason)) this.#unanswered = name;
      throw reason;
    }
  }

  #prove(account: wire.OpenAccount, rosterPk: Bytes | null): Promise<Bytes> {
    return this.crypto.proveAcceptance(this.link, {
      edPk: fromBase64url(account.signing_key),
      kemStatement: fromBase64url(account.kem_statement),
      rosterPk: rosterPk ?? new Uint8Array(),
      displayName: this.displayName,
    });
  }

  /** The answer to an attempt may have been lost after everything was stored: then the account is there. */
  async #cameIn(name: string, password: string): Promise<boolean> {
    try {
      await this.#done(await Unlocked.logIn(name, password));
      return true;
    } catch (reason) {
      if (!(reason instanceof Refused && reason.code === "wrong_credentials")) throw reason;
      this.#unanswered = null;
      return false;
    }
  }

  async #done(person: Unlocked): Promise<void> {
    this.crypto.forget(this.link.secret);
    await this.signedIn(person);
  }
}

const draw = (): Bytes => crypto.getRandomValues(new Uint8Array(32));
