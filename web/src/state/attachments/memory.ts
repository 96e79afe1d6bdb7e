import type { Bytes } from "../../crypto/encoding.js";

/** A line with nobody at its other end: what is handed over to it is gone. */
const nowhere = new MessageChannel();
nowhere.port2.close();

/**
 * Gives back the memory under bytes that nobody will read again. Left to the collector, a whole file gathers before it
 * looks. `ArrayBuffer.transfer` does not do it: the browser's own half of a buffer, such as WebCrypto returns, holds on to
 * the memory. Whoever shares one of these buffers finds it empty afterwards.
 */
export function giveBack(pieces: readonly Bytes[]): void {
  const held = pieces.map(({ buffer }) => buffer).filter(({ byteLength }) => byteLength > 0);
  nowhere.port1.postMessage(null, [...new Set(held)]);
}
