/** Runs beside the page: sealing 25 MB must not stop anybody's typing. One errand, then the page ends it. */
import { CryptoRefusal } from "../../crypto/errors.js";
import { Refused } from "../../net/refused.js";
import type { Errand, Heard, Tell } from "./errands.js";
import { fetchFile } from "./fetching.js";
import { look } from "./looking.js";
import { send } from "./sending.js";

const say = (heard: Heard): void => postMessage(heard);
const tell: Tell = (progress) => say({ said: "progress", progress });

function run(errand: Errand) {
  switch (errand.kind) {
    case "look":
      return look(errand);
    case "send":
      return send(errand, tell);
    case "fetch":
      return fetchFile(errand, tell);
  }
}

addEventListener("message", ({ data }: MessageEvent<Errand>) => {
  run(data).then(
    (outcome) => say({ said: "done", outcome }),
    (reason: unknown) => {
      const known = reason instanceof Refused || reason instanceof CryptoRefusal;
      say({ said: "refused", code: known ? reason.code : "unexpected" });
    },
  );
});
