import { get, post } from "../../net/api.js";
import { newRequestId } from "../../net/request-id.js";
import type * as wire from "../../wire.gen.js";
import type { SlotView } from "../types.js";
import { slotsView } from "../views.js";
import type { Diary, KindName } from "./types.js";

/** The counsellor's side of appointments. Throws `Refused`. */
export class CounsellorDiary implements Diary {
  /** The name under which a move is asked for, until somebody has said that it arrived. */
  #request: { move: string; id: string } | null = null;

  constructor(
    private readonly watch: <Result>(step: Promise<Result>) => Promise<Result>,
    private readonly changed: (appointment: wire.Appointment) => void,
  ) {}

  async times(room: string, kind: KindName): Promise<SlotView[]> {
    return slotsView(await this.watch(get<wire.Slots>(`/api/threads/${room}/slots`, { kind }))).slots;
  }

  async move(id: string, startsAt: Date): Promise<void> {
    const starts_at = startsAt.toISOString();
    const move = `${id} ${starts_at}`;
    if (this.#request?.move !== move) this.#request = { move, id: newRequestId() };
    await this.#say(id, "move", { starts_at, request_id: this.#request.id });
    this.#request = null;
  }

  lengthen = (id: string, endsAt: Date): Promise<void> => this.#say(id, "longer", { ends_at: endsAt.toISOString() });
  recordMissed = (id: string, missed: boolean): Promise<void> => this.#say(id, "missed", { missed });

  async #say(id: string, what: string, more: object): Promise<void> {
    this.changed(await this.watch(post<wire.Appointment>(`/api/appointments/${id}/${what}`, more)));
  }
}
