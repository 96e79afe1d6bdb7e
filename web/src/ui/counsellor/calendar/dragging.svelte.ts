import type { OpenStretch, Stretch } from "./week.js";

const STEP = 15;
/** Pixels that a hand may shake before it is a drag. */
const SHAKE = 4;
/** Pixels at the edge of a block by which it is made longer or shorter. */
const EDGE = 8;

/** A time that is being drawn or moved: nothing but a suggestion for the form. */
export interface Drawn extends Stretch {
  /** Which of the days shown. */
  column: number;
  of: OpenStretch | null;
}

interface Scale {
  columns: number;
  /** Minutes of the day at the upper and the lower edge. */
  first: number;
  last: number;
}

const rounded = (minute: number): number => Math.round(minute / STEP) * STEP;

/** Drawing and moving times with a mouse or a pen. A finger scrolls; it taps instead, as the keyboard does. */
export class Dragging {
  drawn: Drawn | null = $state.raw(null);

  constructor(
    private readonly scale: () => Scale,
    private readonly blockAt: (target: EventTarget | null) => { column: number; stretch: OpenStretch } | null,
    private readonly drop: (drawn: Drawn) => void,
  ) {}

  /** Listens on the body of the days. */
  watch = (body: HTMLElement): (() => void) => {
    const stop = new AbortController();
    const { signal } = stop;
    body.addEventListener("pointerdown", (event) => this.#begin(body, event), { signal });
    body.addEventListener("click", (event) => this.#afterDrag(event), { signal, capture: true });
    body.addEventListener("click", (event) => this.#tap(body, event), { signal });
    return () => stop.abort();
  };

  /** The click that follows a drag means nothing, whether it was let go of or dropped. That of a key is none of it. */
  #afterDrag(event: MouseEvent): void {
    if (!this.#moved || event.detail === 0) return;
    this.#moved = false;
    event.stopImmediatePropagation();
    event.preventDefault();
  }

  #moved = false;

  /** An hour from where somebody tapped between the blocks. */
  #tap(body: HTMLElement, event: MouseEvent): void {
    if (event.target instanceof Element && event.target.closest("a, button") !== null) return;
    const { column, minute } = this.#where(body, event);
    const begins = Math.floor(minute / 30) * 30;
    this.drop({ column, begins, ends: Math.min(begins + 60, 1440), of: null });
  }

  #begin(body: HTMLElement, down: PointerEvent): void {
    this.#moved = false;
    if (down.button !== 0 || down.pointerType === "touch") return;
    if (down.target instanceof Element && down.target.closest("a") !== null) return;
    const from = this.#where(body, down);
    const block = this.blockAt(down.target);
    const change = block === null ? drawing(from) : changing(block, from, edgeOf(down));
    const stop = new AbortController();
    const { signal } = stop;
    body.addEventListener(
      "pointermove",
      (event) => {
        this.#moved ||= Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) > SHAKE;
        if (!this.#moved) return;
        body.setPointerCapture(event.pointerId);
        this.drawn = change(this.#where(body, event));
      },
      { signal },
    );
    const end = (dropped: boolean): void => {
      stop.abort();
      const { drawn } = this;
      this.drawn = null;
      if (!dropped || drawn === null || drawn.ends <= drawn.begins) return;
      this.drop(drawn);
    };
    body.addEventListener("pointerup", () => end(true), { signal });
    body.addEventListener("pointercancel", () => end(false), { signal });
    addEventListener("keydown", (event) => event.key === "Escape" && end(false), { signal });
  }

  #where(body: HTMLElement, event: MouseEvent): { column: number; minute: number } {
    const { left, top, width, height } = body.getBoundingClientRect();
    const { columns, first, last } = this.scale();
    const across = Math.floor(((event.clientX - left) / width) * columns);
    const down = Math.max(0, Math.min(1, (event.clientY - top) / height));
    return { column: Math.max(0, Math.min(columns - 1, across)), minute: first + down * (last - first) };
  }
}

type At = { column: number; minute: number };

const drawing =
  (from: At) =>
  (to: At): Drawn => ({
    column: from.column,
    begins: rounded(Math.min(from.minute, to.minute)),
    ends: rounded(Math.max(from.minute, to.minute)),
    of: null,
  });

function changing(block: { column: number; stretch: OpenStretch }, from: At, edge: "begins" | "ends" | null) {
  const { column, stretch } = block;
  return (to: At): Drawn => {
    const by = rounded(to.minute - from.minute);
    const { begins, ends } = stretch;
    if (edge === "begins") return { column, begins: Math.max(0, begins + by), ends, of: stretch };
    if (edge === "ends") return { column, begins, ends: Math.min(1440, ends + by), of: stretch };
    const shift = Math.max(-begins, Math.min(1440 - ends, by));
    return { column: to.column, begins: begins + shift, ends: ends + shift, of: stretch };
  };
}

function edgeOf(event: PointerEvent): "begins" | "ends" | null {
  const block = event.target instanceof Element ? event.target.closest("button") : null;
  if (block === null) return null;
  const { top, bottom } = block.getBoundingClientRect();
  if (event.clientY - top < EDGE) return "begins";
  return bottom - event.clientY < EDGE ? "ends" : null;
}
