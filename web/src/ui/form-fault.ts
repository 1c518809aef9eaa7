/** A fault that a form finds while it sends: words for one field. */
export class FormFault extends Error {
  readonly field: string;

  constructor(field: string, words: string) {
    super(words);
    this.name = 'FormFault';
    this.field = field;
  }
}
