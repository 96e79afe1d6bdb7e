import type * as wire from "../../wire.gen.js";
import { callOnce } from "../../net/api.js";
import { Refused } from "../../net/refused.js";
import { asked } from "./asked.svelte.js";
import { canUsePasskeys, getPasskey, makePasskey } from "./passkeys.js";
import type { FactorQuestion } from "./types.js";

/** After these the ticket opens nothing any more: whoever asked has to begin anew. */
const OVER: ReadonlySet<string> = new Set([
  "log_in_begun_anew",
  "session_expired",
  "factors_full",
  "not_found",
  "step_up_required",
]);

interface Addresses {
  show: string;
  setUp: string;
}

const AT_LOG_IN: Addresses = { show: "/api/login/factor", setUp: "/api/login/set-up" };
const AGAIN: Addresses = { show: "/api/step-up", setUp: "/api/factors" };

type Question = { asked: wire.FactorAsked; offered?: never } | { offered: wire.FactorOffered; asked?: never };

/** One question, from when it is asked until it is answered or left. */
class SecondFactor<Answer> implements FactorQuestion {
  step: FactorQuestion["step"] = $state("ask");
  spareCodes: readonly string[] = $state.raw([]);
  readonly answer: Promise<Answer>;
  #resolve!: (answer: Answer) => void;
  #reject!: (reason: unknown) => void;
  #kept: Answer | null = null;

  constructor(
    private readonly question: Question,
    private readonly addresses: Addresses,
  ) {
    this.step = question.offered === undefined ? "ask" : "set_up";
    this.answer = new Promise((resolve, reject) => {
      [this.#resolve, this.#reject] = [resolve, reject];
    });
  }

  get again(): boolean {
    return this.addresses === AGAIN;
  }

  get app(): boolean {
    return this.question.asked?.app ?? false;
  }

  get passkeys(): boolean {
    const { asked, offered } = this.question;
    if (asked !== undefined) return asked.passkeys.length > 0 && canUsePasskeys(asked.rp_id);
    return canUsePasskeys(offered.rp_id);
  }

  get secret(): string {
    return this.question.offered?.secret ?? "";
  }

  get uri(): string {
    return this.question.offered?.uri ?? "";
  }

  showCode = (code: string): Promise<void> => this.#show({ code });

  async showPasskey(): Promise<void> {
    if (this.question.asked !== undefined) await this.#show({ passkey: await getPasskey(this.question.asked) });
  }

  setUpApp = (label: string, code: string): Promise<void> => this.#setUp({ label, code });

  async setUpPasskey(label: string): Promise<void> {
    const { offered } = this.question;
    if (offered === undefined) return;
    const name = new URL(offered.uri).pathname.split(":").at(-1) ?? "";
    await this.#setUp({ label, passkey: await makePasskey(offered, decodeURIComponent(name)) });
  }

  goOn(): void {
    if (this.#kept !== null) this.#done(this.#kept);
  }

  leave(): void {
    this.#over(new Refused("factor_left"));
  }

  async #show(shown: Pick<wire.ShowFactor, "code"> | Pick<wire.ShowFactor, "passkey">): Promise<void> {
    const ticket = this.question.asked?.ticket;
    this.#done(await this.#ask<Answer>(this.addresses.show, { ticket, ...shown }));
  }

  async #setUp(
    made: Pick<wire.AddFactor, "label" | "code"> | Pick<wire.AddFactor, "label" | "passkey">,
  ): Promise<void> {
    const ticket = this.question.offered?.ticket;
    const answer = await this.#ask<Answer>(this.addresses.setUp, { ticket, ...made });
    const { spare_codes: codes } = answer as Partial<wire.SetUp>;
    if (codes === undefined || this.again) return this.#done(answer);
    this.#kept = answer;
    this.spareCodes = codes;
    this.step = "spare_codes";
  }

  async #ask<Told>(path: string, body: object): Promise<Told> {
    try {
      return await callOnce<Told>("POST", path, body);
    } catch (reason) {
      if (reason instanceof Refused && OVER.has(reason.code)) this.#over(reason);
      throw reason;
    }
  }

  #done(answer: Answer): void {
    asked.it = null;
    this.#resolve(answer);
  }

  #over(reason: Refused): void {
    asked.it = null;
    this.#reject(reason);
  }
}

/** Who works here shows a second factor, or sets up the first one. */
export async function askAfterPassword(answer: wire.Admitted): Promise<wire.SignedIn> {
  if (answer.asked !== null) return put(new SecondFactor<wire.SignedIn>({ asked: answer.asked }, AT_LOG_IN));
  if (answer.offered === null) throw new Refused("unexpected");
  return (await put(new SecondFactor<wire.SetUp>({ offered: answer.offered }, AT_LOG_IN))).signed_in;
}

let stepping: Promise<unknown> | null = null;

/** Two requests that want it at the same time are answered by one question. */
export async function askAgain(): Promise<void> {
  stepping ??= (async () => {
    const told = await callOnce<wire.FactorAsked>("POST", "/api/step-up/ask", {});
    await put(new SecondFactor<wire.SteppedUp>({ asked: told }, AGAIN));
  })().finally(() => (stepping = null));
  await stepping;
}

/** Another second factor, besides those that there are. */
export const askForAnother = (offered: wire.FactorOffered): Promise<wire.Factors> =>
  put(new SecondFactor<wire.Factors>({ offered }, AGAIN));

/** One question at a time: a newer one takes the place of an older, which is left. */
function put<Answer>(question: SecondFactor<Answer>): Promise<Answer> {
  asked.it?.leave();
  asked.it = question;
  return question.answer;
}
