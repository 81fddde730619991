/** DTLS-SRTP protection profiles (IANA "DTLS-SRTP Protection Profiles", read 2026-11; RFC 5764 §4.1.2, RFC 7714, RFC 8723, RFC 8269). */

export interface ProtectionProfile {
  readonly id: number
  readonly name: string
  readonly kind: 'cm' | 'null' | 'gcm' | 'double' | 'aria'
  readonly tagBytes: number
}

export const PROTECTION_PROFILES: readonly ProtectionProfile[] = [
  { id: 0x0001, name: 'SRTP_AES128_CM_HMAC_SHA1_80', kind: 'cm', tagBytes: 10 },
  { id: 0x0002, name: 'SRTP_AES128_CM_HMAC_SHA1_32', kind: 'cm', tagBytes: 4 },
  { id: 0x0005, name: 'SRTP_NULL_HMAC_SHA1_80', kind: 'null', tagBytes: 10 },
  { id: 0x0006, name: 'SRTP_NULL_HMAC_SHA1_32', kind: 'null', tagBytes: 4 },
  { id: 0x0007, name: 'SRTP_AEAD_AES_128_GCM', kind: 'gcm', tagBytes: 16 },
  { id: 0x0008, name: 'SRTP_AEAD_AES_256_GCM', kind: 'gcm', tagBytes: 16 },
  { id: 0x0009, name: 'DOUBLE_AEAD_AES_128_GCM_AEAD_AES_128_GCM', kind: 'double', tagBytes: 16 },
  { id: 0x000a, name: 'DOUBLE_AEAD_AES_256_GCM_AEAD_AES_256_GCM', kind: 'double', tagBytes: 16 },
  { id: 0x000b, name: 'SRTP_ARIA_128_CTR_HMAC_SHA1_80', kind: 'aria', tagBytes: 10 },
  { id: 0x000c, name: 'SRTP_ARIA_128_CTR_HMAC_SHA1_32', kind: 'aria', tagBytes: 4 },
  { id: 0x000d, name: 'SRTP_ARIA_256_CTR_HMAC_SHA1_80', kind: 'aria', tagBytes: 10 },
  { id: 0x000e, name: 'SRTP_ARIA_256_CTR_HMAC_SHA1_32', kind: 'aria', tagBytes: 4 },
  { id: 0x000f, name: 'SRTP_AEAD_ARIA_128_GCM', kind: 'aria', tagBytes: 16 },
  { id: 0x0010, name: 'SRTP_AEAD_ARIA_256_GCM', kind: 'aria', tagBytes: 16 },
]

const profiles = new Map(PROTECTION_PROFILES.map((profile) => [profile.id, profile]))

/** Registered name, or the number where the registry has none. */
export const protectionProfileName = (id: number): string =>
  profiles.get(id)?.name ?? `0x${id.toString(16).padStart(4, '0')}`

/** True for profiles that authenticate and do not encrypt. */
export const isNullProfile = (id: number): boolean => profiles.get(id)?.kind === 'null'
