// @ts-check
/**
 * Callseal's source by itself: opens it as the program does, looks at the headers of each frame and counts, judges nothing. Ends with SIGTERM.
 * counting-sink.js INTERFACE ring|libpcap|tcpdump none|full|sampling → {"delivered":…,"dropped":…,"sum":…}
 */
const HEADERS = 54

const [name = '', wanted = 'ring', filter = 'none'] = process.argv.slice(2)
const { assembleFilters, openSource } = await import(
  new URL('../../dist/capture/index.js', import.meta.url).href
)
const { DEFAULT_CONFIG } = await import(
  new URL('../../dist/app/state-protocol/index.js', import.meta.url).href
)
const filters = filter === 'none' ? null : assembleFilters(DEFAULT_CONFIG.ports)
const { source } = await openSource({ interface: name, source: wanted, filters })
if (filter !== 'none' && !source.useFilter(filter)) throw new Error(`${wanted} has no filter ${filter}`)

let delivered = 0
let sum = 0
process.once('SIGTERM', () => source.stop())
await source.start({
  /** @param {number} _ @param {Uint8Array} bytes @param {number} start @param {number} end */
  onFrame: (_, bytes, start, end) => {
    delivered++
    if (end - start < HEADERS) return
    const ports = /** @type {number} */ (bytes[start + 34]) + /** @type {number} */ (bytes[start + 36])
    const types = /** @type {number} */ (bytes[start + 12]) + /** @type {number} */ (bytes[start + 23])
    const media = /** @type {number} */ (bytes[start + 42]) + /** @type {number} */ (bytes[start + 44])
    sum += ports + types + media
  },
})
const { dropped } = source.statistics()
process.stdout.write(`${JSON.stringify({ delivered, dropped, sum })}\n`, () => process.exit(0))
