/** Exposure: what the wire gave away. */
export type { Exposure } from './exposure.ts'
