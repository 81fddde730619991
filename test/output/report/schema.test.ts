/** report.schema.json is what `callseal read --json` prints: made-up rows of every kind fit, wrong ones do not, and its words are the code's. */
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { GRADES, SEVERITIES } from '../../../src/core/index.ts'
import {
  exposedCall,
  hostileCall,
  phone,
  protectedCall,
  summary,
  undeterminedCall,
} from '../../fakes/reports.ts'
import { judgeFrames, loadFrames } from '../../tools/judge-frames.ts'
import { reportSchema, validateRow } from '../../tools/report-schema.ts'

const CASES = join(import.meta.dirname, '..', '..', 'cases')

const CAPTURE = {
  format: 'pcap',
  isCompressed: false,
  fault: null,
  bytesRead: 100,
  frames: 1,
  sections: 1,
  interfaces: 1,
  linkTypes: [1],
  truncatedFrames: 0,
  beyondSnapLength: 0,
  badWireLength: 0,
  oversizedFrames: 0,
  strayFrames: 0,
  untimedFrames: 0,
  timeReversals: 0,
  systemDrops: null,
  interfaceDrops: null,
}

describe('rows', () => {
  test.each<[string, object]>([
    ['an exposed call', exposedCall()],
    ['a protected call', protectedCall()],
    ['an undetermined call', undeterminedCall()],
    ['a hostile call', hostileCall()],
    ['a call of one file among several', { ...exposedCall(), file: 'a.pcap' }],
    ['a phone', phone()],
    ['a summary', { ...summary(), capture: CAPTURE }],
    ['an error with a place', { type: 'error', file: 'a.pcap', error: 'truncated', offset: 24 }],
    ['an error without', { type: 'error', file: 'a.pcap', error: 'there is no such file', offset: null }],
  ])('%s fits', (_, row) => {
    expect(validateRow(row)).toEqual([])
  })

  test.each<[string, object]>([
    ['a word that is no grade', { ...exposedCall(), grade: 'green' }],
    ['something more', { ...exposedCall(), audio: 'AAAA' }],
    ['something less', { ...exposedCall(), findings: undefined }],
    ['a time without microseconds', { ...exposedCall(), startedAt: '2026-11-22T10:00:00Z' }],
    [
      'more than sixteen frames',
      {
        ...exposedCall(),
        findings: [{ ...exposedCall().findings[0], frames: Array.from({ length: 17 }, () => 1) }],
      },
    ],
    ['a summary without its capture', summary()],
    ['another type', { type: 'packet' }],
  ])('%s does not', (_, row) => {
    expect(validateRow(JSON.parse(JSON.stringify(row)))).not.toEqual([])
  })
})

test('its words are the code’s', () => {
  const { $defs } = reportSchema()
  expect($defs['grade']?.enum).toEqual(GRADES)
  expect(Object.keys($defs['gradeCounts']?.properties ?? {})).toEqual(GRADES)
  expect($defs['finding']?.properties?.['severity']?.enum).toEqual(SEVERITIES)
})

test('no object in it is open, but for counters by name', () => {
  const open: string[] = []
  const visit = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null) return
    const { type, additionalProperties } = node as { type?: unknown; additionalProperties?: unknown }
    if (type === 'object' && additionalProperties !== false) open.push(path)
    for (const [key, inner] of Object.entries(node)) visit(inner, `${path}/${key}`)
  }
  visit(reportSchema(), '')
  expect(open).toEqual(['/$defs/counts'])
})

describe('what the engine really says', () => {
  test.each([
    'two-calls',
    'sip-udp-zrtp',
    'tls12-self-signed',
    'trap-no-signalling-plain',
    'reinvite-downgrade',
  ])('of %s', async (name) => {
    const { calls, summary: last } = judgeFrames(await loadFrames(join(CASES, name, 'capture.pcap')))
    expect(calls.length).toBeGreaterThan(0)
    for (const row of [...calls, { ...last, capture: CAPTURE }]) {
      expect(validateRow(JSON.parse(JSON.stringify(row)))).toEqual([])
    }
  })
})
