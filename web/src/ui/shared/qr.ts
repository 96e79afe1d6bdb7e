import { encode } from "uqr";

/** Light modules that must surround a code so that a camera finds it. */
const QUIET_ZONE = 4;

export interface QrDrawing {
  /** Width and height in modules, the quiet zone included. */
  size: number;
  /** The dark modules as one SVG path: runs of a row, each a bar of height 1. */
  path: string;
}

/** A QR code drawn on this machine: what is in it never leaves the page. */
export function drawQr(text: string): QrDrawing {
  const { data, size } = encode(text, { ecc: "M", border: QUIET_ZONE });
  const bars = data.flatMap((row, y) => runsOf(row).map(([x, length]) => `M${x} ${y}h${length}v1h-${length}z`));
  return { size, path: bars.join("") };
}

function runsOf(row: readonly boolean[]): [start: number, length: number][] {
  const runs: [number, number][] = [];
  row.forEach((dark, x) => {
    const last = runs.at(-1);
    if (!dark) return;
    if (last !== undefined && last[0] + last[1] === x) last[1] += 1;
    else runs.push([x, 1]);
  });
  return runs;
}
