/** DTLS and DTLS-SRTP: the only door of this folder. */
export { DtlsSession } from './dtls-session.ts'
export { fingerprintMatches } from './fingerprint.ts'
export { probeDtls } from './probe.ts'
export { isNullProfile, PROTECTION_PROFILES, protectionProfileName } from './protection-profiles-table.ts'
