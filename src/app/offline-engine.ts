/** The engine over captures that lie in files: fresh seeds, the capture's own clock, reports when a call changes as often as asked. */
import { randomBytes, randomInt } from 'node:crypto'
import { Engine, type PartiesMode } from '../core/index.ts'
import { nodeCryptography } from './node-cryptography.ts'

/** `changeInterval` in microseconds of capture time; Infinity: only the end of each call is reported. */
export const openOfflineEngine = (parties: PartiesMode, changeInterval: number): Engine =>
  new Engine({
    cryptography: nodeCryptography,
    randomSeed: randomInt(0x1_0000_0000),
    runKey: randomBytes(32),
    parties,
    // Certificates are judged by the time that the capture itself says.
    clockTrusted: true,
    changeInterval,
  })
