/** The camera and the microphone of this device: asked for when they are needed, and let go for good when they are not. */
export class Devices {
  microphone: MediaStreamTrack | null = $state.raw(null);
  camera: MediaStreamTrack | null = $state.raw(null);
  known: MediaDeviceInfo[] = $state.raw([]);
  readonly #chosen: Partial<Record<Kind, string>> = {};

  /** Raises the browser's own error when there is none, or the person says no. */
  async take(kind: Kind): Promise<MediaStreamTrack> {
    const id = this.#chosen[kind];
    const wanted = id === undefined ? true : { deviceId: { exact: id } };
    const stream = await navigator.mediaDevices.getUserMedia(
      kind === "microphone" ? { audio: wanted } : { video: wanted },
    );
    const [track] = stream.getTracks();
    if (track === undefined) throw new DOMException("", "NotFoundError");
    this.release(kind);
    this[kind] = track;
    track.addEventListener("ended", () => {
      // Unplugged, or taken away.
      if (this[kind] === track) this[kind] = null;
    });
    this.known = (await navigator.mediaDevices.enumerateDevices()).filter(({ deviceId }) => deviceId !== "");
    return track;
  }

  choose(kind: Kind, id: string): Promise<MediaStreamTrack> {
    this.#chosen[kind] = id;
    return this.take(kind);
  }

  /** The lamp beside the camera goes out. */
  release(kind: Kind): void {
    this[kind]?.stop();
    this[kind] = null;
  }

  releaseAll(): void {
    this.release("camera");
    this.release("microphone");
  }
}

export type Kind = "microphone" | "camera";

export const codeOfDevice = (reason: unknown): string =>
  reason instanceof DOMException && reason.name === "NotAllowedError" ? "device_denied" : "device_missing";
