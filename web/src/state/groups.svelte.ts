import type * as wire from "../wire.gen.js";
import { get, post } from "../net/api.js";
import { Announcing, groupView, ledGroup, type GroupForm, type GroupView, type LedGroup } from "./groups.js";

/** The groups of the agencies to which a client has written. Throws `Refused`. */
export class OpenGroups {
  all: GroupView[] | null = $state.raw(null);

  async load(): Promise<void> {
    this.all = (await get<wire.Groups>("/api/groups")).groups.map(groupView);
  }

  async take(id: string, name: string): Promise<void> {
    this.#learn(await post<wire.Group>(`/api/groups/${id}/seat`, { name }));
  }

  async leave(id: string): Promise<void> {
    this.#learn(await post<wire.Group>(`/api/groups/${id}/leave`));
  }

  #learn(changed: wire.Group): void {
    this.all = (this.all ?? []).map((one) => (one.id === changed.id ? groupView(changed) : one));
  }
}

/** The groups that a counsellor leads. Throws `Refused`. */
export class LedGroups {
  all: LedGroup[] | null = $state.raw(null);
  readonly #announcing = new Announcing();

  async load(): Promise<void> {
    this.all = (await get<wire.OwnGroups>("/api/calendar/groups")).groups.map(ledGroup);
  }

  async announce(form: GroupForm, startsAt: Date): Promise<void> {
    await this.#announcing.announce(form, startsAt);
    await this.load();
  }

  async callOff(id: string): Promise<void> {
    await post<wire.OwnGroup>(`/api/calendar/groups/${id}/cancel`);
    await this.load();
  }
}
