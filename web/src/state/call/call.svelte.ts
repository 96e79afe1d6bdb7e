import type * as wire from "../../wire.gen.js";
import { equal, fields, lp, utf8 } from "../../crypto/encoding.js";
import { fromHex, toHex } from "../../crypto/text-forms.js";
import { get } from "../../net/api.js";
import { codeOf } from "../commits.js";
import { serverTime } from "../server-time.svelte.js";
import { Devices, type Kind } from "./devices.svelte.js";
import { Peer } from "./peer.js";
import type { CallSignals, Heard, Voice } from "./signals.svelte.js";

/** While nobody is there, whoever comes later is to hear that somebody waits. */
const CALLS_EVERY_MS = 5_000;
const GIVES_A_CUT_MS = 4_000;

const flag = (yes: boolean) => utf8(yes ? "yes" : "no");

/** `checking`: before joining. `elsewhere`: another page of this person is in the call. */
export type CallState = "checking" | "waiting" | "connecting" | "talking" | "cut" | "over" | "elsewhere" | "full";

/** One person's call in one room, from the look at the devices to hanging up. */
export class Call {
  state: CallState = $state("checking");
  /** Why something did not work; the chat beside it goes on. */
  problem: string | null = $state(null);
  remote: MediaStream | null = $state.raw(null);
  /** The other side has a camera on, as it says: browsers do not tell a picture that stands still from none. */
  pictured = $state(false);
  /** The other side was there and has hung up, or its page is gone. */
  left = $state(false);
  /** Milliseconds UTC, by the server's clock. */
  aloneSince: number | null = $state(null);
  readonly devices = new Devices();
  readonly #voice: Voice;
  #peer: Peer | null = null;
  /** The other page, by the name of its voice, and whose it is. */
  #other: { callId: string; sender: string } | null = null;
  #beat: ReturnType<typeof setInterval> | undefined;
  #cut: ReturnType<typeof setTimeout> | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly room: string,
    private readonly me: string,
    private readonly signals: CallSignals,
  ) {
    this.#voice = signals.voice();
    signals.onHeard = (heard) => void this.#inTurn(() => this.#heard(heard));
    signals.onForged = () => this.#refuse("call_forged");
  }

  /** Raises what the server says: `calls_not_set_up`, `call_not_open`. */
  ready(): Promise<wire.Relay> {
    return get<wire.Relay>(`/api/threads/${this.room}/relay`);
  }

  async join(): Promise<void> {
    this.problem = null;
    await this.ready();
    this.#wait();
    await this.#voice.say("come");
    clearInterval(this.#beat);
    this.#beat = setInterval(() => {
      if (this.state === "waiting") void this.#voice.say("come").catch(() => undefined);
    }, CALLS_EVERY_MS);
  }

  /** A track that is off is stopped, and nothing is sent in its place. */
  async turn(kind: Kind, on: boolean): Promise<void> {
    if (!on) this.devices.release(kind);
    else await this.devices.take(kind);
    await this.#peer?.send(kind === "camera" ? "video" : "audio", this.devices[kind]);
    if (kind === "camera" && this.#peer !== null) this.#sayShown();
  }

  async choose(kind: Kind, id: string): Promise<void> {
    const track = await this.devices.choose(kind, id);
    await this.#peer?.send(kind === "camera" ? "video" : "audio", track);
  }

  #sayShown(): void {
    void this.#voice.say("shows", flag(this.devices.camera !== null)).catch(() => undefined);
  }

  hangUp(): void {
    if (this.state !== "checking") void this.#voice.say("bye").catch(() => undefined);
    this.#end("over");
  }

  stats(): Promise<RTCStatsReport> | undefined {
    return this.#peer?.stats();
  }

  #inTurn(step: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(step).catch((reason: unknown) => {
      this.problem = codeOf(reason) || "call_failed";
    });
    this.#turn = done;
    return done;
  }

  async #heard(heard: Heard): Promise<void> {
    const inIt = ["waiting", "connecting", "talking", "cut"].includes(this.state);
    if (!inIt || heard.callId === this.#voice.callId) return;
    if (heard.mine) return this.#heardMyself(heard);
    if (this.#other !== null && this.#other.sender !== heard.sender) {
      if (heard.type === "come") await this.#voice.say("full", fromHex(heard.callId));
      return;
    }
    switch (heard.type) {
      case "come":
      case "here":
        return this.#meet(heard);
      case "again":
        return heard.callId === this.#other?.callId ? this.#offer() : undefined;
      case "offer":
        return this.#answer(heard);
      case "answer":
        return this.#answered(heard);
      case "shows":
        if (heard.callId === this.#other?.callId) this.pictured = equal(heard.content, flag(true));
        return;
      case "full":
        return toHex(heard.content) === this.#voice.callId ? this.#end("full") : undefined;
      case "bye":
        return heard.callId === this.#other?.callId ? this.#left() : undefined;
    }
  }

  /** The page that was there first stays. */
  async #heardMyself({ type, content, callId }: Heard): Promise<void> {
    if (type === "come") await this.#voice.say("mine", fromHex(callId));
    if (type === "mine" && toHex(content) === this.#voice.callId) this.#end("elsewhere");
  }

  async #meet({ callId, sender, type }: Heard): Promise<void> {
    const known = this.#other?.callId === callId;
    if (!known) this.#drop();
    this.#other = { callId, sender };
    if (type === "come") await this.#voice.say("here");
    // One of the two offers, and both know which.
    if (this.me < sender && this.#peer === null) await this.#offer();
  }

  async #offer(): Promise<void> {
    if (this.#other === null) return;
    const relay = await this.ready();
    if (this.#peer === null) this.#connect(relay);
    else this.#peer.renew(relay);
    const sdp = await this.#peer?.offer();
    await this.#voice.say("offer", this.#addressed(sdp ?? ""));
  }

  async #answer({ callId, sender, content }: Heard): Promise<void> {
    const sdp = this.#saidToMe(content);
    if (sdp === null || this.me < sender) return;
    if (this.#other?.callId !== callId) this.#drop();
    this.#other = { callId, sender };
    const relay = await this.ready();
    if (this.#peer === null) this.#connect(relay);
    else this.#peer.renew(relay);
    const answer = await this.#peer?.answer(sdp);
    await this.#voice.say("answer", this.#addressed(answer ?? ""));
  }

  async #answered({ callId, content }: Heard): Promise<void> {
    const sdp = this.#saidToMe(content);
    if (sdp !== null && callId === this.#other?.callId && this.#peer?.awaitsAnswer) await this.#peer.answered(sdp);
  }

  /** Named in what is signed: an answer to another page, or of another day, is none to this one. */
  #addressed(sdp: string) {
    return lp(fromHex(this.#other?.callId ?? ""), utf8(sdp));
  }

  #saidToMe(content: Heard["content"]): string | null {
    const [to, sdp] = fields(content, 2);
    return toHex(to) === this.#voice.callId ? new TextDecoder().decode(sdp) : null;
  }

  #connect(relay: wire.Relay): void {
    this.state = "connecting";
    const tracks = { audio: this.devices.microphone, video: this.devices.camera };
    const peer: Peer = new Peer(relay, tracks, {
      connected: () => {
        if (this.#peer !== peer) return;
        clearTimeout(this.#cut);
        [this.state, this.problem, this.aloneSince, this.left] = ["talking", null, null, false];
        this.#sayShown();
      },
      lost: () => this.#peer === peer && this.#lose(),
      forged: () => this.#peer === peer && this.#refuse("call_forged"),
    });
    this.#peer = peer;
    this.remote = peer.remote;
  }

  /** Many a cut heals by itself; else the way is sought anew. */
  #lose(): void {
    this.state = "cut";
    clearTimeout(this.#cut);
    this.#cut = setTimeout(() => {
      if (this.state !== "cut" || this.#other === null) return;
      const seek = this.me < this.#other.sender ? () => this.#offer() : () => this.#voice.say("again");
      void this.#inTurn(seek).then(() => this.#lose());
    }, GIVES_A_CUT_MS);
  }

  /** Whoever changed the way to each other gets nothing, and the person reads why (T36). */
  #refuse(problem: string): void {
    if (this.state === "checking" || this.state === "over") return;
    void this.#voice.say("bye").catch(() => undefined);
    this.#end("over");
    this.problem = problem;
  }

  #left(): void {
    this.#drop();
    this.#wait();
    this.left = true;
  }

  #wait(): void {
    this.state = "waiting";
    this.aloneSince = serverTime.now().getTime();
  }

  #drop(): void {
    clearTimeout(this.#cut);
    this.#peer?.close();
    [this.#peer, this.#other, this.remote, this.pictured] = [null, null, null, false];
  }

  #end(state: CallState): void {
    clearInterval(this.#beat);
    this.#drop();
    this.devices.releaseAll();
    this.state = state;
  }

  close(): void {
    this.hangUp();
    [this.signals.onHeard, this.signals.onForged] = [null, null];
  }
}
