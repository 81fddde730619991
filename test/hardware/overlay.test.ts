/** The device-tree overlay, by the kernel's own compiler: no warning, and applied to a Pi's tree it makes the lights, the button and the bus. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

const PROJECT = resolve(import.meta.dirname, '..', '..')
const SOURCE = join(PROJECT, 'hardware', 'overlays', 'callseal.dts')
const ADD_SYMBOLS = join(PROJECT, 'hardware', 'overlays', 'z60-callseal-symbols')
const BASE = join(import.meta.dirname, 'base-tree.dts')

interface Pins {
  readonly leds: Readonly<Record<'red' | 'amber' | 'green', number>>
  readonly button: number
}
const pins = JSON.parse(readFileSync(join(PROJECT, 'hardware', 'pins.json'), 'utf8')) as Pins

const TOOLS = ['dtc', 'fdtoverlay', 'fdtget', 'fdtput']
const hasTools = TOOLS.every((tool) => spawnSync(tool, ['--version']).error === undefined)
if (!hasTools) process.stderr.write('skip: device-tree overlay (dtc is not installed)\n')
const withTools = hasTools ? describe : describe.skip

withTools('device-tree overlay', () => {
  let folder: string
  let overlay: string

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'callseal-overlay-'))
    overlay = join(folder, 'callseal.dtbo')
  })
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  const compile = (source: string, target: string, ...more: string[]): string => {
    const args = [...more, '-I', 'dts', '-O', 'dtb', '-o', target, source]
    const { status, stderr } = spawnSync('dtc', args, { encoding: 'utf8' })
    expect(status).toBe(0)
    return stderr
  }
  const applied = (base: string): string => {
    const target = `${base}.applied`
    execFileSync('fdtoverlay', ['-i', base, '-o', target, overlay], { stdio: 'pipe' })
    return target
  }
  const read = (tree: string, node: string, property: string): string =>
    execFileSync('fdtget', [tree, node, property], { encoding: 'utf8' }).trim()

  const expectPanel = (tree: string): void => {
    const gpio = read(tree, '/soc/gpio@7e200000', 'phandle')
    for (const [colour, pin] of Object.entries(pins.leds)) {
      const node = `/callseal-leds/led-${colour}`
      expect(read(tree, node, 'label')).toBe(`callseal:${colour}`)
      // Active high.
      expect(read(tree, node, 'gpios')).toBe(`${gpio} ${pin} 0`)
      expect(read(tree, node, 'default-state')).toBe('off')
    }
    expect(read(tree, '/callseal-leds/led-amber', 'linux,default-trigger')).toBe('heartbeat')
    expect(read(tree, '/callseal-leds/led-red', 'panic-indicator')).toBe('')
    // Active low (1) with the chip's pull-up (16).
    expect(read(tree, '/callseal-keys/key-panel', 'gpios')).toBe(`${gpio} ${pins.button} 17`)
    expect(read(tree, '/callseal-keys', 'label')).toContain('callseal')
    expect(read(tree, '/soc/i2c@7e804000', 'status')).toBe('okay')
    expect(read(tree, '/soc/i2c@7e804000', 'clock-frequency')).toBe('400000')
    // What referred to the GPIO chip before still does.
    expect(read(tree, '/soc/mmc@7e300000', 'cd-gpios')).toBe(`${gpio} 47 1`)
  }

  test('dtc compiles it without a word', () => {
    expect(compile(SOURCE, overlay, '-@')).toBe('')
    expect(statSync(overlay).size).toBeGreaterThan(500)
  })

  test('applied to a tree with labels it makes the panel', () => {
    compile(SOURCE, overlay, '-@')
    const base = join(folder, 'labelled.dtb')
    expect(compile(BASE, base, '-@')).toBe('')
    expectPanel(applied(base))
  })

  test('green is off until the program says so, and no key is one that the system acts upon', () => {
    const text = readFileSync(SOURCE, 'utf8')
    const [, green = ''] = text.split('led-green')
    expect(green.slice(0, green.indexOf('}'))).not.toContain('trigger')
    // KEY_POWER, KEY_SLEEP, KEY_SUSPEND, KEY_POWER2, KEY_RESTART: systemd-logind's.
    expect([116, 142, 205, 356, 408]).not.toContain(Number(/linux,code = <(\d+)>/.exec(text)?.[1]))
  })

  test("on a tree without labels, as Debian's, it needs z60-callseal-symbols", () => {
    compile(SOURCE, overlay, '-@')
    const base = join(folder, 'bcm2711-test.dtb')
    compile(BASE, base)
    expect(() => applied(base)).toThrow()
    execFileSync(ADD_SYMBOLS, { env: { ...process.env, CALLSEAL_FIRMWARE: folder } })
    expectPanel(applied(base))
    const once = readFileSync(base)
    execFileSync(ADD_SYMBOLS, { env: { ...process.env, CALLSEAL_FIRMWARE: folder } })
    expect(readFileSync(base).equals(once)).toBe(true)
  })
})
