/** A text in both languages. */
export interface Text {
  readonly zh: string;
  readonly en: string;
}

/** Makes a text. */
export const text = (zh: string, en: string): Text => ({ zh, en });
