/** What is still held after a collection: a bound on memory that the collector's mood cannot break. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Bytes that live after a full collection: objects, and the buffers outside the heap. */
export const heldBytes = (): { heap: number; buffers: number } => {
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return { heap: heapUsed, buffers: arrayBuffers }
}
