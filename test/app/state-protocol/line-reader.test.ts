/** Lines out of bytes, however these are cut. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { LineReader, MAX_LINE } from '../../../src/app/state-protocol/index.ts'

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1')

const linesOf = (reader: LineReader, chunks: readonly Uint8Array[]): string[] => {
  const lines: string[] = []
  for (const chunk of chunks)
    reader.onBytes(chunk, (line) => lines.push(Buffer.from(line).toString('latin1')))
  return lines
}

describe('LineReader', () => {
  test('gives whole lines only; half a line waits for the rest', () => {
    const reader = new LineReader()
    expect(linesOf(reader, [bytes('one\ntw')])).toEqual(['one'])
    expect(linesOf(reader, [bytes('o\n\nthree')])).toEqual(['two', ''])
    expect(linesOf(reader, [bytes('\n')])).toEqual(['three'])
  })

  test('forgets half a line when the connection is over', () => {
    const reader = new LineReader()
    linesOf(reader, [bytes('half of o')])
    reader.reset()
    expect(linesOf(reader, [bytes('two\n')])).toEqual(['two'])
  })

  test.each([
    ['in one piece', 1 << 20],
    ['in pieces', 1000],
    ['byte by byte', 1],
  ])('takes a line of 64 KiB, skips and counts one of 64 KiB + 1, %s', (_, size) => {
    const fits = 'a'.repeat(MAX_LINE)
    const all = bytes(`${fits}\n${fits}b\nnext\n`)
    const reader = new LineReader()
    const chunks = []
    for (let at = 0; at < all.length; at += size) chunks.push(all.subarray(at, at + size))
    expect(linesOf(reader, chunks)).toEqual([fits, 'next'])
    expect(reader.oversized).toBe(1)
  })

  test('skips a line without end in constant memory', () => {
    const reader = new LineReader()
    const chunk = bytes('x'.repeat(100_000))
    for (let i = 0; i < 200; i++) expect(linesOf(reader, [chunk])).toEqual([])
    expect(linesOf(reader, [bytes('\nback\n')])).toEqual(['back'])
    expect(reader.oversized).toBe(1)
  })

  test('any cut gives the same lines', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{0,12}$/), { maxLength: 20 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 200 }),
        (lines, sizes) => {
          const all = bytes(lines.map((line) => `${line}\n`).join(''))
          const chunks = []
          for (let at = 0, i = 0; at < all.length; i++) {
            const size = sizes[i % sizes.length]!
            chunks.push(all.subarray(at, at + size))
            at += size
          }
          expect(linesOf(new LineReader(), chunks)).toEqual(lines)
        },
      ),
      { seed: 20261123, numRuns: 300 },
    )
  })
})
