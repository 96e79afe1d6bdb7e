import { toHex } from "../crypto/text-forms.js";
import type { Verdict } from "./protocol.js";
import type { ItemView, MessageView } from "./types.js";

/** What a page shows of a room, as verdicts come in: each item at its place, edits and deletions where they belong. */
export class LogView {
  #items: ItemView[] = [];
  /** Of everything that was ever placed. */
  readonly #keys = new Set<string>();
  /** Changes whose target has not been shown: it may be sealed, or be read again later. */
  readonly #changes = new Map<string, Pick<MessageView, "changed" | "text"> & { by: number }>();
  /** Whoever wrote these had been removed already, as was learnt later. */
  readonly #late = new Set<number>();
  /** Where each item was seen first. */
  readonly #firstAt = new Map<string, number>();

  /** In order of position. Not a copy: a long thread is read by the thousand. */
  get items(): readonly ItemView[] {
    return this.#items;
  }

  /** One more verdict: whatever stood at its place before is replaced. */
  take(position: number, views: readonly ItemView[], verdict: Verdict): void {
    const body = counts(verdict) ? verdict.message?.body : undefined;
    const gone = body?.type === "edit" && this.#changes.get(toHex(body.target))?.changed === "deleted";
    const by = position;
    if (body?.type === "edit" && !gone)
      this.#changes.set(toHex(body.target), { changed: "edited", text: body.text, by });
    if (body?.type === "delete") this.#changes.set(toHex(body.target), { changed: "deleted", text: "", by });
    for (const late of verdict.late) this.#late.add(late);
    const again = this.#wasElsewhere(verdict);
    this.#place(
      position,
      views.map((view) => this.#asItIsNow(again ? view : orOutOfPlace(view))),
    );
    if (body?.type === "edit" || body?.type === "delete" || verdict.late.length > 0)
      this.#items = this.#items.map((view) => this.#asItIsNow(view));
  }

  /** Nothing of it is shown any more. */
  forget(): void {
    this.#items = [];
  }

  /** Looked for from the end: nearly everything comes last. */
  #place(position: number, views: readonly ItemView[]): void {
    if (views.some(({ key }) => this.#keys.has(key))) {
      const keys = new Set(views.map(({ key }) => key));
      this.#items = this.#items.filter(({ key }) => !keys.has(key));
    }
    for (const { key } of views) this.#keys.add(key);
    const before = this.#items.findLastIndex((item) => placeOf(item) < position) + 1;
    const upTo = this.#items.findLastIndex((item) => placeOf(item) <= position) + 1;
    this.#items.splice(before, upTo - before, ...views);
  }

  #wasElsewhere({ id, position }: Verdict): boolean {
    if (id === null) return false;
    const first = this.#firstAt.get(toHex(id)) ?? position;
    this.#firstAt.set(toHex(id), first);
    return first !== position;
  }

  #asItIsNow(view: ItemView): ItemView {
    if (view.kind !== "message" || view.id === null) return view;
    const { by, ...change } = this.#changes.get(view.id) ?? { by: 0 };
    const tooLate = this.#late.has(view.position ?? 0) || this.#late.has(by);
    const late = tooLate && !view.notes.includes("from_removed");
    if (by === 0 && !late) return view;
    return { ...view, ...change, notes: late ? [...view.notes, "from_removed"] : view.notes };
  }
}

/** By its number a message is one that was there before; if it has not been shown, it came in the wrong place (T23). */
const orOutOfPlace = (view: ItemView): ItemView =>
  view.kind === "broken" && view.reason === "replayed" ? { ...view, reason: "out_of_place" } : view;

/** An edit of something that this page has not seen proves nothing about who may change it. */
const counts = ({ kind, marks }: Verdict): boolean => kind === "message" && !marks.has("target_unseen");

/** Only what has been read is placed here, so each has its position. */
const placeOf = ({ position }: ItemView): number => position ?? 0;
