export type TextName = "imprint" | "privacy" | "accessibility" | "minors" | "secrecy" | "consent";

/** What the operator wrote; either language may be empty. `version` names these very words. */
export interface OperatorText {
  de: string;
  en: string;
  version: string;
}

/** `outdated`: agreed to other words than those of today. */
export interface ConsentView {
  standing: "never" | "current" | "outdated" | "withdrawn";
  givenAt: Date | null;
  withdrawnAt: Date | null;
}

/** Of a client. `shown` is reactive. */
export interface OwnConsent {
  readonly shown: ConsentView | null;
  load(): Promise<void>;
  give(version: string): Promise<void>;
  withdraw(): Promise<void>;
}
