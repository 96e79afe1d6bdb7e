import type * as wire from "../../wire.gen.js";
import { get, post } from "../../net/api.js";
import { putBytes } from "../../net/bytes.js";
import { Refused } from "../../net/refused.js";
import { newRequestId } from "../../net/request-id.js";
import { importsView } from "./import-views.js";
import type { Imports, ImportsView } from "./import-types.js";

const PATH = "/api/calendar/imports";
const LARGEST = 5 * 1024 * 1024;

/** One's other calendars, as the server tells of them: whether they could be read, never what stands in them. */
export class OtherCalendars implements Imports {
  view: ImportsView | null = $state.raw(null);
  /** The name under which a wish is sent, for as long as nobody has said that it arrived. */
  #request: { wish: unknown; id: string } | null = null;

  constructor(private readonly watch: <Result>(step: Promise<Result>) => Promise<Result>) {}

  async load(): Promise<void> {
    this.#show(await this.watch(get<wire.Imports>(PATH)));
  }

  /** As `load`, where somebody looks at them. Errors are not shown: the next push asks again. */
  async ask(): Promise<void> {
    if (this.view !== null) await this.load().catch(() => undefined);
  }

  async subscribe(address: string): Promise<void> {
    this.#show(await this.watch(post<wire.Imports>(PATH, { address, request_id: this.#idOf(address) })));
    this.#request = null;
  }

  async importFile(file: File): Promise<void> {
    if (file.size > LARGEST) throw new Refused("calendar_too_large");
    await this.watch(putBytes(`${PATH}/files/${this.#idOf(file)}`, file));
    this.#request = null;
    await this.load();
  }

  async readNow(id: string): Promise<void> {
    this.#show(await this.watch(post<wire.Imports>(`${PATH}/${id}/read`)));
  }

  async drop(id: string): Promise<void> {
    this.#show(await this.watch(post<wire.Imports>(`${PATH}/${id}/drop`)));
  }

  #idOf(wish: unknown): string {
    const before = this.#request;
    const asked = before !== null && before.wish === wish ? before : { wish, id: newRequestId() };
    this.#request = asked;
    return asked.id;
  }

  #show(answer: wire.Imports): void {
    this.view = importsView(answer);
  }
}
