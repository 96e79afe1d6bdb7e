import type * as wire from "../wire.gen.js";
import { post } from "../net/api.js";
import { Refused } from "../net/refused.js";
import { admitted } from "./factors/asked.svelte.js";

/** That it was this browser which set out: a return in another one is somebody else's. Gone with the tab. */
const KEPT_AS = "provider-journey";

/** Leaves this page for the identity provider's. `linking`: to have one's identity there open one's account here. */
export async function setOut(linking: boolean): Promise<void> {
  const told = await post<wire.SettingOut>(linking ? "/api/provider/link/begin" : "/api/provider/begin");
  // An address of another kind could run a script here.
  if (!/^https?:\/\//.test(told.address)) throw new Refused("provider_refused");
  sessionStorage.setItem(KEPT_AS, `${linking ? "link" : "enter"} ${told.browser}`);
  location.assign(told.address);
}

/** With what stands in the address that the provider sent this browser to. Throws `Refused`; the journey is over by that. */
export async function comeBack(words: URLSearchParams): Promise<wire.SignedIn | "linked"> {
  const [what, browser] = (sessionStorage.getItem(KEPT_AS) ?? "").split(" ");
  sessionStorage.removeItem(KEPT_AS);
  const [state, code] = [words.get("state"), words.get("code")];
  if (browser === undefined) throw new Refused("log_in_begun_anew");
  if (state === null || code === null) throw new Refused("provider_refused");
  const came = { state, browser, code, issuer: words.get("iss") };
  if (what !== "link") return admitted(await post<wire.Admitted>("/api/provider/sign-in", came));
  await post<wire.Link>("/api/provider/link", came);
  return "linked";
}
