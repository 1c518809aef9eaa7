/** A table of a document: its head, or none, and rows of as many cells. `weights`: how wide the columns are to each other. */
export interface PaperTable {
  readonly head: readonly string[] | null;
  readonly rows: readonly (readonly string[])[];
  readonly weights: readonly number[];
}

/** What a document is made of, in order. */
export type Block =
  | { readonly kind: 'title'; readonly text: string }
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string; readonly align: 'left' | 'right' }
  | { readonly kind: 'table'; readonly table: PaperTable };

/** A document before it is a page, a Word file or a PDF: all are made of this one. */
export interface Paper {
  readonly title: string;
  readonly blocks: readonly Block[];
  /** Lines at the foot of every page; no template takes them away. */
  readonly foot: readonly string[];
  /** What the QR code says; null: there is nothing to verify. */
  readonly qr: { readonly text: string; readonly caption: string } | null;
}
