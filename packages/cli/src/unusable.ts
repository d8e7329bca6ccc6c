/** The question or the input cannot be used: reported as it stands, and the run ends with status 2. */
export class Unusable extends Error {}
