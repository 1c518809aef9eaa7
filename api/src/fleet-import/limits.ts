/** Largest file [bytes]: ten thousand rows of every column come to about 2 MB. */
export const MAX_FILE_BYTES = 4_000_000;
/** Most rows below the head, and most columns. */
export const MAX_ROWS = 5_000;
export const MAX_COLUMNS = 60;
/** Most of a cell that is read [characters]: more than any field takes, so that a text which is too long is refused and not cut. */
export const MAX_CELL = 2_500;
/** What a workbook may come to when it is unpacked [bytes]: beyond it is no list of trucks, but a file made to fill memory. */
export const MAX_UNPACKED_BYTES = 64_000_000;
/** Reading takes about a second at most; what takes this long never ends [ms]. */
export const READ_WITHIN_MS = 20_000;
/** Memory of the thread that reads [MB]. */
export const READ_MEMORY_MB = 384;
