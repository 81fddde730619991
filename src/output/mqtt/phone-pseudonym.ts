/** The name of a phone for others: a keyed hash, because a plain hash of an address or a number is undone by trying them all. */
import { createHmac } from 'node:crypto'

/** 64 bits in hexadecimal: the same phone has the same name for as long as the box keeps its key. */
export const phonePseudonym = (key: Uint8Array, address: string): string =>
  createHmac('sha256', key).update(`callseal phone ${address}`).digest('hex').slice(0, 16)
