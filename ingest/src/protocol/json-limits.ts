/** Most samples one JSON message may carry: an hour at one a second. */
export const MAX_SAMPLES = 3600;

/** No sensor gives a larger number; beyond it a value is a fault of the sender (BAD_VALUE), not a reading out of range. */
export const MAX_ABSOLUTE = 1e12;

/** The version of the message form. */
export const JSON_VERSION = 1;

/** Largest sequence number. */
export const MAX_SEQ = 4_294_967_295;
