/** A report: what a stretch of time adds up to, for people and for spreadsheets. */
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import type { CallReport } from '../../../src/core/index.ts'
import { toCell } from '../../../src/output/report/csv.ts'
import { csvHead, renderReport, ReportModel, toCsvLine } from '../../../src/output/report/index.ts'
import { PLAIN } from '../../../src/output/text/index.ts'
import { judgeFrames, loadFrames } from '../../tools/judge-frames.ts'

const load = async (name: string): Promise<CallReport> => {
  const path = join(import.meta.dirname, '../../cases', name, 'capture.pcap')
  return judgeFrames(await loadFrames(path)).calls[0]!
}
let red: CallReport
let green: CallReport
beforeAll(async () => {
  red = await load('sip-udp-rtp-plain')
  green = await load('sip-tls13-srtp')
})
const PAGE = { width: 80, paint: PLAIN }

describe('a report', () => {
  test('adds up calls by grade, findings by how often they were found, and times at fault', () => {
    const model = new ReportModel()
    for (const call of [red, green, red]) model.onCall(call)
    model.onHealth('engine', true, 'there is no engine: nothing is seen', '2026-11-23T10:00:00.000Z')
    model.onHealth('engine', false, '', '2026-11-23T10:05:00.000Z')
    model.onHealth('journal', true, 'the disk is full', '2026-11-23T11:00:00.000Z')
    model.onMissing(3)
    const totals = model.totals()
    expect(totals.calls).toMatchObject({ exposed: 2, protected: 1, weak: 0 })
    expect(totals.findings.find(({ id }) => id === 'media-clear')).toMatchObject({
      severity: 'high',
      calls: 2,
    })
    expect(totals.faults).toMatchObject([
      { part: 'engine', untilAt: '2026-11-23T10:05:00.000Z' },
      { part: 'journal', untilAt: null },
    ])
    const text = renderReport('Survey site A', totals, PAGE)
    expect(text).toMatch(/^Survey site A\n2 of 3 calls exposed/u)
    expect(text).toContain('high: Voice is not encrypted (2 calls)')
    expect(text).toContain('2026-11-23 10:00 to 2026-11-23 10:05 UTC: engine: there is no engine')
    expect(text).toContain('2026-11-23 11:00 to the end UTC: journal: the disk is full')
    expect(text).toContain('3 records of this time are not there any more')
    expect(text.split('\n').every((line) => line.length <= 80)).toBe(true)
  })

  test('of nothing says so', () => {
    expect(renderReport('All calls', new ReportModel().totals(), PAGE)).toBe(
      'All calls\nNo calls in this time.\n',
    )
  })
})

describe('CSV', () => {
  test('a line a call, as many cells as the head', () => {
    const head = csvHead().trimEnd().split(',')
    const cells = toCsvLine(red).trimEnd().split(',')
    expect(cells).toHaveLength(head.length)
    expect(cells[head.indexOf('grade')]).toBe('exposed')
  })

  test.each([
    ['=HYPERLINK("http://example.com")', `"'=HYPERLINK(""http://example.com"")"`],
    ['+447700900123', "'+447700900123"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['a,b', '"a,b"'],
    ['line\r\nend', 'line␍␊end'],
    ['\u202eevil', '\ufffdevil'],
    [-1.5, '-1.5'],
    [null, ''],
  ])('%j is %j: nothing is calculated, nothing breaks out of its cell', (value, cell) => {
    expect(toCell(value)).toBe(cell)
  })
})
