/**
 * The npm package koffi (3.x), as far as it is used: calls functions of the C library and shows memory as an ArrayBuffer. It is optional, so
 * its name is not resolved before it is needed, and its types are written down here.
 */
import { loadError } from '../source-error.ts'

/** Numbers, null, addresses and bytes in; a number or an address out. */
type Native = number | bigint | null | Uint8Array | number[] | Record<string, number | Uint8Array>

export interface NativeFunction {
  (...args: Native[]): unknown
  /** Runs it on a thread of the pool; the last argument hears of the end. */
  async(...args: [...Native[], (error: unknown, result: unknown) => void]): void
}

export interface KoffiPackage {
  /** Null: the program itself, which has the C library in it, whatever that is called here. */
  load(path: null): {
    func(definition: string): NativeFunction
    func(name: string, result: string, parameters: readonly unknown[]): NativeFunction
  }
  struct(members: Readonly<Record<string, string>>): unknown
  pointer(type: unknown): unknown
  sizeof(type: unknown): number
  /** The memory at an address, not a copy. */
  view(address: bigint, length: number): ArrayBuffer
  /** Of the last call on this thread. */
  errno(): number
}

const PACKAGE: string = 'koffi'

/** Rejects with SourceError where it is not installed or its binary does not fit the machine. */
export const loadKoffi = async (): Promise<KoffiPackage> => {
  try {
    const loaded = (await import(PACKAGE)) as { default: KoffiPackage }
    return loaded.default
  } catch (error) {
    throw loadError('koffi', error)
  }
}
