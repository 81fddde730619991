/** sip-scanner: a host with the name of a scanning tool, or one that is refused for many different extensions. */
import type { WireFacts } from '../../../call/index.ts'
import type { Rule } from '../../rule.ts'
import { countOf, listOf } from '../../words.ts'

/** Names that scanning tools send as User-Agent, lower case. */
const SCANNERS: readonly string[] = [
  'friendly-scanner',
  'friendly-request',
  'sipvicious',
  'sipsak',
  'sipcli',
  'sip-scan',
  'sundayddr',
  'vaxsipuseragent',
  'vaxsip',
  'pplsip',
  'iwar',
  'smap',
  'svwar',
  'svmap',
  'svcrack',
]

/** So many different extensions, mostly refused, are no phone. */
const MANY_TARGETS = 20

type SipSourceFacts = WireFacts['sipSources'][number]

const scannerName = ({ userAgents }: SipSourceFacts): string | undefined =>
  SCANNERS.find((name) => userAgents.some((text) => text.toLowerCase().includes(name)))

const isScanner = (source: SipSourceFacts): boolean =>
  scannerName(source) !== undefined ||
  (source.distinctTargets >= MANY_TARGETS && source.rejected * 2 >= source.distinctTargets)

const wordsOf = (source: SipSourceFacts): string => {
  const name = scannerName(source)
  const tried = `${countOf(source.distinctTargets, 'extension')} tried, ${countOf(source.rejected, 'refusal')}`
  return name === undefined ? `${source.address}: ${tried}` : `${source.address} (${name}): ${tried}`
}

/** See the head of this file. */
export const sipScanner: Rule<WireFacts> = {
  id: 'sip-scanner',
  severity: 'info',
  spec: 'RFC 3261 §26.1.1',
  title: 'Somebody probes the telephone system',
  meaning:
    'A scanner looks for extensions and weak passwords. It cannot hear calls by that, but it is looking for a way in.',
  advice:
    "Close SIP ports to the Internet, use fail2ban or the PBX's own blocking, and long random passwords. If the host is yours, find out what runs there.",
  check: ({ sipSources }) => {
    const sources = sipSources.filter((source) => isScanner(source))
    if (sources.length === 0) return null
    return {
      frames: sources.flatMap(({ seen }) => seen.frames),
      seen: `${listOf(sources.map(wordsOf))}.`,
    }
  },
}
