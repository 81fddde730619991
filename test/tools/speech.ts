/** Payloads for media: something with the statistics of a voice in G.711 µ-law, and something with none at all. Seeded. */

/** Held here: a look at a global goes through the sandbox of the test runner each time. */
const { abs, floor, min, sin, trunc, PI } = Math

const BIAS = 0x84
const CLIP = 32_635

/** G.711 µ-law (ITU-T G.711, table 2a) of a 16-bit sample. */
export const toMuLaw = (sample: number): number => {
  const sign = sample < 0 ? 0x80 : 0
  const magnitude = min(CLIP, abs(trunc(sample))) + BIAS
  let exponent = 7
  for (let mask = 0x4000; (magnitude & mask) === 0 && exponent > 0; mask >>= 1) exponent--
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f
  return ~(sign | (exponent << 4) | mantissa) & 0xff
}

/**
 * A talker at 8 kHz: syllables of a gliding pitch with falling harmonics, pauses with a noise floor. Each call gives the next
 * `samples` bytes; 160 are 20 ms.
 */
export const talker = (random: () => number): ((samples: number) => Uint8Array) => {
  let left = 0
  let level = 0
  let target = 0
  let pitch = 120
  let phase = 0
  const nextSyllable = (): void => {
    left = 800 + Math.floor(random() * 1600)
    target = random() < 0.25 ? 0 : 1500 + random() * 9000
    pitch = 90 + random() * 130
  }
  const nextSample = (): number => {
    if (left-- <= 0) nextSyllable()
    level += (target - level) * 0.004
    phase += (2 * PI * pitch) / 8000
    let value = 0
    for (let harmonic = 1; harmonic <= 8; harmonic++) value += sin(phase * harmonic) / (harmonic * 1.4)
    return value * level + (random() - 0.5) * (40 + level * 0.05)
  }
  return (samples) => Uint8Array.from({ length: samples }, () => toMuLaw(nextSample()))
}

/** Bytes without any pattern: what a cipher leaves. */
export const randomBytes = (random: () => number, length: number): Uint8Array =>
  Uint8Array.from({ length }, () => floor(random() * 256))
