import { describe, expect, test } from '@jest/globals'
import { assemble, label, line, type Line } from '../../../src/capture/kernel-filter/assembler.ts'

/** Code, jump if true, jump if false, constant. */
const instructions = (program: Uint8Array): number[][] => {
  const view = new DataView(program.buffer)
  return Array.from({ length: program.length / 8 }, (_, i) => [
    view.getUint16(i * 8, true),
    view.getUint8(i * 8 + 2),
    view.getUint8(i * 8 + 3),
    view.getUint32(i * 8 + 4, true),
  ])
}

const padding = (count: number): Line[] => Array.from({ length: count }, () => line('txa'))

describe('assembling a kernel filter', () => {
  test('makes of labels the number of instructions between', () => {
    const program = assemble([
      line('ldh', 12),
      line('jeq', 0x0800, 'ip', 'other'),
      label('other'),
      line('ret', 0),
      label('ip'),
      line('ret', 0xffffffff),
    ])
    expect(instructions(program)).toEqual([
      [0x28, 0, 0, 12],
      [0x15, 1, 0, 0x0800],
      [0x06, 0, 0, 0],
      [0x06, 0, 0, 0xffffffff],
    ])
  })

  test('goes farther than a conditional jump reaches', () => {
    const lines = [line('jset', 1, 'far'), ...padding(300), line('ret', 1), label('far'), line('ret', 2)]
    const rows = instructions(assemble(lines))
    expect(rows.slice(0, 3)).toEqual([
      [0x45, 0, 1, 1],
      [0x05, 0, 0, 302],
      [0x05, 0, 0, 0],
    ])
    expect(rows[2 + 1 + 300 + 1]).toEqual([0x06, 0, 0, 2])
  })

  test('refuses what its author did wrong', () => {
    expect(() => assemble([line('ja', 0, 'nowhere')])).toThrow('there is no label nowhere')
    expect(() => assemble([label('a'), line('txa'), line('ja', 0, 'a')])).toThrow('only jumps forward')
    expect(() => assemble([label('a'), label('a'), line('ret')])).toThrow('twice')
    expect(() => assemble(padding(4097))).toThrow('too long')
  })
})
