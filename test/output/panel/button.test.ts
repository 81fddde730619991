/** The button: what a press means, the kernel's events, and a device that is a file here and goes away. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { openButton } from '../../../src/output/panel/index.ts'
import { edgesOf, eventSizeOf } from '../../../src/output/panel/button/input-event.ts'
import { KeyButton } from '../../../src/output/panel/button/key-button.ts'
import { PressModel } from '../../../src/output/panel/button/press.ts'

describe('what a press means', () => {
  test.each([
    [10, 'page'],
    [2999, 'page'],
    [3000, 'survey'],
    [7999, 'survey'],
  ])('%d ms: %s', (length, meaning) => {
    const press = new PressModel()
    expect(press.onEdge('press', 100)).toBeNull()
    for (let now = 100; now < 100 + length; now += 250) expect(press.onTick(now)).toBeNull()
    expect(press.onEdge('release', 100 + length)).toBe(meaning)
    expect(press.heldFor(100 + length)).toBeNull()
  })

  test('eight seconds: off, told once and while it is held; letting go says nothing more', () => {
    const press = new PressModel()
    press.onEdge('press', 0)
    expect(press.onTick(7999)).toBeNull()
    expect(press.onTick(8000)).toBe('power-off')
    expect(press.onTick(8250)).toBeNull()
    expect(press.onEdge('release', 9000)).toBeNull()
    press.onEdge('press', 10_000)
    expect(press.onEdge('release', 10_100)).toBe('page')
  })

  test('a button that is lost while it is held means nothing; neither does a release alone', () => {
    const press = new PressModel()
    press.onEdge('press', 0)
    expect(press.onEdge('lost', 5000)).toBeNull()
    expect(press.onTick(9000)).toBeNull()
    expect(press.onEdge('release', 9001)).toBeNull()
  })
})

/** Events as the kernel writes them: time, type, code, value. */
const eventsOf = (size: number, ...events: readonly (readonly [type: number, value: number])[]): Buffer =>
  Buffer.concat(
    events.map(([type, value]) => {
      const event = Buffer.alloc(size, 0x77)
      event.writeUInt16LE(type, size - 8)
      event.writeUInt16LE(0x100, size - 6)
      event.writeInt32LE(value, size - 4)
      return event
    }),
  )

describe('events of the kernel', () => {
  test.each([
    ['x64', 24],
    ['arm64', 24],
    ['arm', 16],
    ['ia32', 16],
  ])('%s', (processor, size) => {
    expect(eventSizeOf(processor)).toBe(size)
    const bytes = eventsOf(size, [1, 1], [0, 0], [1, 2], [1, 2], [4, 458756], [1, 0], [0, 0])
    expect(edgesOf(bytes, size)).toEqual(['press', 'release'])
    expect(edgesOf(bytes.subarray(0, size + 5), size)).toEqual(['press'])
  })
})

describe('the input device', () => {
  const newMachine = (): { root: string; devices: string } => {
    const folder = mkdtempSync(join(tmpdir(), 'callseal-input-'))
    const [root, devices] = [join(folder, 'class'), join(folder, 'dev')]
    for (const [event, name] of [
      ['event0', 'USB Keyboard'],
      ['event1', 'Callseal button'],
    ] as const) {
      mkdirSync(join(root, event, 'device'), { recursive: true })
      writeFileSync(join(root, event, 'device', 'name'), `${name}\n`)
    }
    mkdirSync(devices)
    return { root, devices }
  }

  test('is found by its name, read without waiting, lost and found again', () => {
    const { root, devices } = newMachine()
    const button = new KeyButton({ root, devices, processor: 'x64' })
    expect(button.poll(0)).toEqual(['lost'])
    expect(button.state.kind).toBe('absent')
    expect(button.poll(10)).toEqual([])
    writeFileSync(join(devices, 'event1'), eventsOf(24, [1, 1], [0, 0], [1, 0], [0, 0]))
    expect(button.poll(1000)).toEqual(['press', 'release'])
    expect(button.state).toMatchObject({ kind: 'good' })
    expect(button.poll(1250)).toEqual([])
    button.close()
    rmSync(join(root, 'event1'), { recursive: true })
    expect(button.poll(2000)).toEqual(['lost'])
    expect(button.state.sentence).toContain('callseal')
  })

  test('a machine without one says so', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'callseal-input-'))
    const button = await openButton({ pin: 23, inputRoot: folder, gpioRoot: folder })
    expect(button.state.kind).toBe('absent')
    expect(button.state.sentence).toContain('input device')
    expect(button.poll(0)).toEqual([])
  })
})
