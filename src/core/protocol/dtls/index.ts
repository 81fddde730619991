export class DtlsSession { facts: any = { handshake: 'started' }; constructor(..._: any[]) {} onDatagram(..._: any[]): void {} }
export const probeDtls = (..._: any[]): string => 'not-for-us'
export const fingerprintMatches = (..._: any[]): boolean | null => null
export const protectionProfileName = (n: number): string => String(n)
export const isNullProfile = (n: number): boolean => n === 5 || n === 6
