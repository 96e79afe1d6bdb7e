import { createContext } from "svelte";

import type { App } from "../../state/types.js";

/** The one App of this page, handed down from the root. */
export const [appHere, provideApp] = createContext<App>();
