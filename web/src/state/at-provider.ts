import { Unlocked } from "./unlocked.js";

/** Signing in by an identity provider. What speaks with it is fetched when somebody wants to: few do. */
export class AtProvider {
  constructor(private readonly signedIn: (opening: Promise<Unlocked>) => Promise<void>) {}

  setOut = async (linking: boolean): Promise<void> => (await import("./provider.js")).setOut(linking);

  async comeBack(words: URLSearchParams): Promise<((password: string) => Promise<void>) | null> {
    const told = await (await import("./provider.js")).comeBack(words);
    return told === "linked" ? null : (password) => this.signedIn(Unlocked.openFor(told, password));
  }
}
