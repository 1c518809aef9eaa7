/** Levels of findings, the gravest last; a place in this list is what leads are sorted by. */
export const LEVEL_ORDER = ['event', 'attention', 'fault', 'suspected', 'probable'] as const;

/** SQL of the place of a level in the order of levels, from 1. */
export const RANK = (level: string) => `array_position(array['${LEVEL_ORDER.join("','")}'], ${level})`;
