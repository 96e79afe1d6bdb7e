import type * as wire from "../../wire.gen.js";
import { Refused } from "../../net/refused.js";
import { fingerprintsIn, namesRelay, relayedOnly } from "./sdp.js";

/** A relay that has not answered by then does not. */
const GATHERED_WITHIN_MS = 5_000;

type Media = "audio" | "video";

/** The connection to one other page: through the relay, with the certificate that its owner has signed for. */
export class Peer {
  readonly remote = new MediaStream();
  readonly #pc: RTCPeerConnection;
  readonly #senders: Partial<Record<Media, RTCRtpSender>> = {};
  #promised: Set<string> = new Set();

  constructor(
    relay: wire.Relay,
    private readonly tracks: Record<Media, MediaStreamTrack | null>,
    told: { connected: () => void; lost: () => void; forged: () => void },
  ) {
    this.#pc = new RTCPeerConnection(withRelay(relay));
    this.#pc.addEventListener("track", ({ track }) => {
      this.remote.addTrack(track);
    });
    this.#pc.addEventListener("connectionstatechange", () => {
      const { connectionState } = this.#pc;
      if (connectionState === "connected")
        void this.#certified().then((yes) => (yes ? told.connected() : told.forged()));
      if (connectionState === "failed" || connectionState === "disconnected") told.lost();
    });
  }

  async offer(): Promise<string> {
    if (this.#pc.getTransceivers().length === 0) for (const media of ["audio", "video"] as const) this.#add(media);
    await this.#pc.setLocalDescription(await this.#pc.createOffer({ iceRestart: this.#promised.size > 0 }));
    return this.#described();
  }

  /** Raises `calls_no_way` where the other side names no relay. */
  async answer(offer: string): Promise<string> {
    await this.#remote("offer", offer);
    for (const transceiver of this.#pc.getTransceivers()) {
      const media = transceiver.receiver.track.kind as Media;
      transceiver.direction = "sendrecv";
      this.#senders[media] = transceiver.sender;
      await transceiver.sender.replaceTrack(this.tracks[media]);
    }
    await this.#pc.setLocalDescription(await this.#pc.createAnswer());
    return this.#described();
  }

  answered(answer: string): Promise<void> {
    return this.#remote("answer", answer);
  }

  /** Without a track nothing is sent at all. */
  async send(media: Media, track: MediaStreamTrack | null): Promise<void> {
    this.tracks[media] = track;
    await this.#senders[media]?.replaceTrack(track);
  }

  renew(relay: wire.Relay): void {
    this.#pc.setConfiguration(withRelay(relay));
  }

  get awaitsAnswer(): boolean {
    return this.#pc.signalingState === "have-local-offer";
  }

  stats(): Promise<RTCStatsReport> {
    return this.#pc.getStats();
  }

  close(): void {
    this.#pc.close();
  }

  #add(media: Media): void {
    const track = this.tracks[media];
    this.#senders[media] = this.#pc.addTransceiver(track ?? media, { direction: "sendrecv" }).sender;
  }

  async #remote(type: "offer" | "answer", said: string): Promise<void> {
    const sdp = relayedOnly(said);
    if (!namesRelay(sdp)) throw new Refused("call_no_way");
    this.#promised = fingerprintsIn(sdp);
    await this.#pc.setRemoteDescription({ type, sdp });
  }

  async #described(): Promise<string> {
    await gathered(this.#pc);
    const sdp = relayedOnly(this.#pc.localDescription?.sdp ?? "");
    // Wrong or expired credentials, or no relay at all: to the page it looks the same.
    if (!namesRelay(sdp)) throw new Refused("call_relay_silent");
    return sdp;
  }

  /** The browser compares, too; what it has connected to is looked at all the same (T36). */
  async #certified(): Promise<boolean> {
    const report = await this.stats();
    const found: string[] = [];
    report.forEach((one: { type: string; remoteCertificateId?: string }) => {
      const id = one.type === "transport" ? one.remoteCertificateId : undefined;
      const certificate = id === undefined ? undefined : (report.get(id) as Certificate | undefined);
      if (certificate === undefined) return;
      found.push(`${certificate.fingerprintAlgorithm.toLowerCase()} ${certificate.fingerprint.toUpperCase()}`);
    });
    return found.every((one) => this.#promised.has(one));
  }
}

interface Certificate {
  readonly fingerprint: string;
  readonly fingerprintAlgorithm: string;
}

const withRelay = ({ urls, username, credential }: wire.Relay): RTCConfiguration => ({
  iceServers: [{ urls, username, credential }],
  // Neither side learns the other's address (T48).
  iceTransportPolicy: "relay",
  bundlePolicy: "max-bundle",
});

function gathered(pc: RTCPeerConnection): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, GATHERED_WITHIN_MS);
    const look = (): void => {
      if (pc.iceGatheringState !== "complete") return;
      clearTimeout(timer);
      resolve();
    };
    pc.addEventListener("icegatheringstatechange", look);
    look();
  });
}
