import type { App, TopicView } from "../../state/types.js";
import { language } from "./language.svelte.js";

/** Who does not know where they belong belongs here. */
export const GENERAL = "general";

class Topics {
  all: TopicView[] = $state.raw([]);

  async load(app: App): Promise<void> {
    if (this.all.length === 0) this.all = await app.topics();
  }

  withCode(code: string): TopicView | undefined {
    return this.all.find((topic) => topic.code === code);
  }

  nameOf(code: string): string {
    return this.withCode(code)?.[language.current].name ?? code;
  }
}

export const topics = new Topics();
