/** Header extensions that tell something: cryptex (RFC 9335) hides them, an audio level (RFC 6464) in the clear gives the talk away. */
import { readU16 } from '../../base/bytes.ts'
import { isCryptex } from './rtp-header.ts'
import type { Slice } from './slice.ts'

const MAX_FRAMES = 16
const ENOUGH = 1000
const ONE_BYTE_FORM = 0xbede

/** See the head of this file. */
export class ExtensionWatch {
  /** Extension id of the audio level by SDP, 0 = unknown. */
  audioLevelId = 0
  audioLevels = 0
  readonly audioLevelFrames: number[] = []

  /** A packet with the X bit set. */
  onPacket(slice: Slice, frame: number, bytes: Uint8Array, start: number): void {
    if (isCryptex(bytes, start)) slice.cryptex++
    if (this.audioLevelId === 0 || this.audioLevels > ENOUGH) return
    const at = start + 12 + 4 * ((bytes[start] as number) & 0x0f)
    // One-byte header form (RFC 8285 §4.2); RFC 6464 §3: one byte of value, so L = 0.
    if (readU16(bytes, at) !== ONE_BYTE_FORM || bytes[at + 4] !== this.audioLevelId << 4) return
    this.audioLevels++
    if (this.audioLevelFrames.length < MAX_FRAMES) this.audioLevelFrames.push(frame)
  }
}
