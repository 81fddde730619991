/** What the program does, in the line that its help and its manual begin with. */
export const PROGRAM_SUMMARY = 'says of each call on this wire whether anybody else could read or hear it'
