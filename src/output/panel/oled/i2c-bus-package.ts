/** The npm package i2c-bus (5.x), as far as it is used. It is optional and has a compiled part, so it is loaded when needed. Asynchronous calls
 * only: a stuck bus holds a thread of the pool, never this program. */
import { reasonOf } from '../part-state.ts'

/** Promises of i2c-bus; they reject with system errors. */
export interface I2cBus {
  i2cFuncs(): Promise<{ readonly i2c: boolean; readonly smbusWriteI2cBlock: boolean }>
  i2cWrite(address: number, length: number, bytes: Buffer): Promise<unknown>
  writeI2cBlock(address: number, command: number, length: number, bytes: Buffer): Promise<unknown>
  close(): Promise<void>
}

export type OpenBus = (busNumber: number) => Promise<I2cBus>

interface I2cBusPackage {
  readonly openPromisified: (busNumber: number) => Promise<I2cBus>
}

const PACKAGE: string = 'i2c-bus'

/** Rejects with a sentence where the package is not installed or does not fit the machine, and as i2c-bus does. */
export const openMachineBus: OpenBus = async (busNumber) => {
  const { openPromisified } = await loadPackage()
  return openPromisified(busNumber)
}

const loadPackage = async (): Promise<I2cBusPackage> => {
  try {
    const loaded = (await import(PACKAGE)) as { default: I2cBusPackage }
    return loaded.default
  } catch (error) {
    const [reason = ''] = reasonOf(error).split('\n')
    throw new Error(`the package i2c-bus cannot be loaded (${reason}): npm install i2c-bus`, { cause: error })
  }
}
