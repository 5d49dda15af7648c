/**
 * Thrown by the work of a transaction when it has to be run again as a whole, and will then see more: nothing of it was
 * written.
 */
export class RunAgain extends Error {}
