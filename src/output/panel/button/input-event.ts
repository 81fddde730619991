/** Events of the kernel's input devices (struct input_event, include/uapi/linux/input.h) as edges of one key. Pure. */
import type { Edge } from './press.ts'

const EV_KEY = 1
/** struct timeval in front, 16 bytes on 64-bit systems and 8 on others; then type, code, value. */
const TIME_64 = 16
const TIME_32 = 8
const REST = 8

/** Length of one event for programs of this processor (`process.arch`). */
export const eventSizeOf = (processor: string): number =>
  (processor === 'arm' || processor === 'ia32' ? TIME_32 : TIME_64) + REST

/** Edges in their order; repetitions and what is no key are left out. Bytes after the last whole event are ignored. */
export const edgesOf = (bytes: Uint8Array, eventSize: number): Edge[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const edges: Edge[] = []
  for (let at = 0; at + eventSize <= bytes.length; at += eventSize) {
    const event = at + eventSize - REST
    if (view.getUint16(event, true) !== EV_KEY) continue
    const value = view.getInt32(event + 4, true)
    if (value === 1) edges.push('press')
    else if (value === 0) edges.push('release')
  }
  return edges
}
