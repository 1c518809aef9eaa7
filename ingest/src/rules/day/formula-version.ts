/**
 * Version of the arithmetic of stage 1. Raised whenever the same samples and facts would give other figures; stored with every
 * truck-day and truck-minute, so that days made with another version can be found and made again.
 */
export const FORMULA_VERSION = '4';
