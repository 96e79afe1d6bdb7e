import { compile } from "@inlang/paraglide-js";

import { paraglideOptions } from "./paraglide-options.js";

await compile({ ...paraglideOptions, strategy: [...paraglideOptions.strategy] });
