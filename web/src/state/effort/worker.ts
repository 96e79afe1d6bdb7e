/** Runs beside the page, which stays at hand meanwhile. One ticket, then the page ends it. */
import { nonces } from "./computing.js";
import type { Asked } from "./effort.svelte.js";

addEventListener("message", ({ data: { ticket, bits } }: MessageEvent<Asked>) => postMessage(nonces(ticket, bits)));
