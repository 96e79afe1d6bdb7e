import type { LocalizedString } from "../../paraglide/runtime.js";
import { language } from "./language.svelte.js";
import { topics } from "./topics.svelte.js";

/** How German pages address a client: "du" for young topics and until a topic is known, "Sie" otherwise and in Easy Language. */
class Voice {
  #topic: string | null = $state(null);

  /** The topic that the page at hand is about. */
  about(topic: string | null): void {
    this.#topic = topic;
  }

  get formal(): boolean {
    if (language.isEasy) return true;
    if (language.current !== "de" || this.#topic === null) return false;
    return topics.withCode(this.#topic)?.young === false;
  }
}

export const voice = new Voice();

type Sentence<Inputs> = (inputs: Inputs) => LocalizedString;

/** Of a sentence that exists twice in German, the one that fits. English has one register. */
export function say<Inputs extends object>(
  familiar: Sentence<Inputs>,
  formal: Sentence<Inputs>,
  inputs: Inputs,
): string;
export function say(familiar: Sentence<object>, formal: Sentence<object>): string;
export function say(familiar: Sentence<object>, formal: Sentence<object>, inputs: object = {}): string {
  return voice.formal ? formal(inputs) : familiar(inputs);
}

/** Counsellors are addressed with "Sie", whatever the thread is about. */
export const sayToColleague = (familiar: Sentence<object>, formal: Sentence<object>): string =>
  language.current === "de" ? formal({}) : familiar({});
