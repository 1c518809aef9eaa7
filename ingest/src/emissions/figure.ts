/** Why there is no figure. */
export type NoFigure =
  | 'zeroDistance'
  | 'zeroWork'
  | 'zeroFuel'
  | 'zeroTime'
  | 'zeroEmission'
  | 'noSamples'
  | 'notSent'
  | 'tooFew'
  | 'outsideRange'
  | 'noParameter';

/** A figure, or null with the reason; never 0, −1 or NaN in place of what is not known. */
export type Figure = { readonly value: number; readonly reason: null } | { readonly value: null; readonly reason: NoFigure };

/** A figure that there is. */
export function figure(value: number): Figure {
  return Number.isFinite(value) ? { value, reason: null } : { value: null, reason: 'outsideRange' };
}

/** A figure that there is not. */
export function noFigure(reason: NoFigure): Figure {
  return { value: null, reason };
}

/** numerator / denominator, or no figure for the given reason when the denominator is not above zero: nothing is ever divided by it. */
export function quotient(numerator: number, denominator: number, whenZero: NoFigure): Figure {
  if (!(denominator > 0) || !Number.isFinite(numerator)) return noFigure(denominator > 0 ? 'notSent' : whenZero);
  return figure(numerator / denominator);
}

/** The figure times a factor; a figure that there is not stays so. */
export function scaled(of: Figure, factor: number): Figure {
  return of.value === null ? of : figure(of.value * factor);
}
