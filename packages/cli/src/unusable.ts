/** The question or the input cannot be used: reported as it stands, and the run ends with status 2. */
export class Unusable extends Error {}

/** Exit status when the question or the input could not be used. */
export const UNUSABLE = 2;
