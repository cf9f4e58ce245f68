/**
 * Bounds on one pickle. The original's checkpoints stay far below: a few thousand operations, strings shorter than a
 * line. Memory and time grow with operations, never with a number that the file merely declares.
 */

/** Operations of a pickle, and so also values, stack entries and memo entries. */
export const MAX_OPERATIONS = 1_000_000

/** MARKs that are open at once: how deep containers nest while they are built. */
export const MAX_NESTING = 256

/** Bytes of one string; in a .pt container numpy arrays travel as strings. */
export const MAX_STRING_BYTES = 64 * 2 ** 20

/** Bytes of a text argument: a module, a name, the number of a memo entry. */
export const MAX_LINE_BYTES = 256

/** Bytes of a LONG, whose conversion costs more than linear time. Python's largest here has 10. */
export const MAX_LONG_BYTES = 64

/** Dimensions of a tensor or array. */
export const MAX_DIMENSIONS = 8
