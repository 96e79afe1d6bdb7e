/** A second factor of one's own: an app that shows codes, or a passkey. */
export interface FactorView {
  id: string;
  kind: "totp" | "passkey";
  label: string;
  createdAt: Date;
  usedAt: Date | null;
}

export interface FactorsView {
  factors: FactorView[];
  spareCodes: number;
}

/** What stands between a password, or a page left open, and what it leads to. All fields are reactive. */
export interface FactorQuestion {
  /** `ask`: show one. `set_up`: there is none yet, or there is to be another. `spare_codes`: keep these. */
  readonly step: "ask" | "set_up" | "spare_codes";
  /** In a session that is open already. */
  readonly again: boolean;
  /** There is an app whose code may be typed; else only passkeys and spare codes. */
  readonly app: boolean;
  /** This browser, at this address, can use a passkey of this server. */
  readonly passkeys: boolean;
  /** For the new app: the secret in base32, and the address for its camera. */
  readonly secret: string;
  readonly uri: string;
  readonly spareCodes: readonly string[];

  /** Each throws `Refused`; what ends the question altogether ends it for whoever asked. */
  showCode(code: string): Promise<void>;
  showPasskey(): Promise<void>;
  setUpApp(label: string, code: string): Promise<void>;
  setUpPasskey(label: string): Promise<void>;
  /** The spare codes are on paper. */
  goOn(): void;
  leave(): void;
}

/** One's own second factors, for the page about them. */
export interface OwnFactors {
  readonly it: FactorsView | null;
  /** Made just now, and shown once. */
  readonly spareCodes: readonly string[];
  load(): Promise<void>;
  add(): Promise<void>;
  remove(id: string): Promise<void>;
  replaceSpareCodes(): Promise<void>;
}

/** A log-in. Neither place nor device: the server knows none. */
export interface SessionView {
  id: string;
  begunAt: Date;
  usedAt: Date;
  this: boolean;
}

/** Where somebody is logged in, for the page about it. */
export interface OwnSessions {
  readonly all: readonly SessionView[] | null;
  load(): Promise<void>;
  end(id: string): Promise<void>;
  endOthers(): Promise<void>;
}
