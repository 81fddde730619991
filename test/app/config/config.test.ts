/** The configuration: its three layers, what is wrong with them in words, and that it always comes to something safe. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  readEnvironmentLayer,
  readOptionLayer,
  readYamlLayer,
} from '../../../src/app/config/config-layers.ts'
import { CONFIG_KEYS, CONFIG_SCHEMA } from '../../../src/app/config/config-schema.ts'
import { loadConfig, renderFault, renderSample, renderSchema } from '../../../src/app/config/index.ts'
import { resolveConfig } from '../../../src/app/config/resolve-config.ts'
import { isTopicId } from '../../../src/output/mqtt/index.ts'

const USUAL = resolveConfig([]).config
const folder = mkdtempSync(join(tmpdir(), 'callseal-config-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const ofYaml = (text: string) => resolveConfig([readYamlLayer(text, 'config.yaml')])
const sentences = (text: string): string[] => ofYaml(text).faults.map(renderFault)

describe('without anything set', () => {
  test('there is no fault, no broker, no open port, and numbers are masked', () => {
    expect(resolveConfig([]).faults).toEqual([])
    expect(USUAL.mqtt.url).toBeNull()
    expect(USUAL.metrics.address).toBeNull()
    expect(USUAL.privacy.parties).toBe('masked')
    expect(CONFIG_SCHEMA.safeParse(USUAL).success).toBe(true)
  })

  test('the sample file says the same, line by line as it is and with every line in force', () => {
    expect(ofYaml(renderSample())).toEqual({ config: USUAL, faults: [] })
    const inForce = renderSample().replaceAll(/^ {2}#(?=\w+:)/gmu, '  ')
    expect(ofYaml(inForce)).toEqual({ config: USUAL, faults: [] })
  })

  test('every key is described and has a variable of its own', () => {
    expect(CONFIG_KEYS.every(({ description }) => description !== '')).toBe(true)
    expect(new Set(CONFIG_KEYS.map(({ variable }) => variable)).size).toBe(CONFIG_KEYS.length)
    expect(JSON.parse(renderSchema())).toMatchObject({ properties: { mqtt: { type: 'object' } } })
  })
})

describe('layers', () => {
  const file = readYamlLayer(
    'journal:\n  keep_days: 30\n  keep_megabytes: 100\ntap:\n  sip_ports: [5060, 5062]\n',
    'f',
  )

  test('an option is stronger than a variable, that than the file, that than what is usual', () => {
    const environment = readEnvironmentLayer({
      CALLSEAL_JOURNAL_KEEP_DAYS: '40',
      CALLSEAL_TAP_SIP_PORTS: '5070,5071',
      CALLSEAL_SHARED: '/elsewhere',
      PATH: '/bin',
    })
    const options = readOptionLayer({ 'tap.sip_ports': { value: '5080', where: '--sip-ports' } })
    const { config, faults } = resolveConfig([file, environment, options])
    expect(faults).toEqual([])
    expect(config.journal).toEqual({ ...USUAL.journal, keep_days: 40, keep_megabytes: 100 })
    expect(config.tap.sip_ports).toEqual([5080])
  })

  test.each([
    ['CALLSEAL_PANEL_IS_TURNED', 'true', ['panel', 'is_turned'], true],
    ['CALLSEAL_PANEL_OLED_HEIGHT', '32', ['panel', 'oled_height'], 32],
    ['CALLSEAL_MQTT_URL', '', ['mqtt', 'url'], null],
    [
      'CALLSEAL_TAP_SIP_PEERS',
      'PBX.example.com, 192.0.2.9',
      ['tap', 'sip_peers'],
      ['pbx.example.com', '192.0.2.9'],
    ],
    ['CALLSEAL_BOX_NAME', '12', ['box', 'name'], '12'],
  ])('%s=%s', (variable, text, [section, name], value) => {
    const { config, faults } = resolveConfig([readEnvironmentLayer({ [variable]: text })])
    expect(faults).toEqual([])
    expect(config).toHaveProperty([section, name] as string[], value)
  })

  test('the file is found where it was named, else at the first usual place that has one', () => {
    const named = join(folder, 'named.yaml')
    const usual = join(folder, 'usual.yaml')
    writeFileSync(named, 'box: { name: named }')
    writeFileSync(usual, 'box: { name: usual }')
    const usualFiles = [join(folder, 'none.yaml'), usual]
    const load = (file: string | null, environment = {}) => loadConfig({ file, environment, usualFiles })
    expect(load(named)).toMatchObject({ file: named, config: { box: { name: 'named' } } })
    expect(load(null)).toMatchObject({ file: usual, config: { box: { name: 'usual' } } })
    expect(load(null, { CALLSEAL_CONFIG: named })).toMatchObject({ file: named })
    expect(loadConfig({ file: null, environment: {}, usualFiles: [] })).toMatchObject({
      file: null,
      faults: [],
    })
  })
})

describe('what is wrong is said with its place and what to do', () => {
  test.each([
    ['mqqt:\n  url: x', 'config.yaml, line 1: mqqt: there is no such section; did you mean mqtt?'],
    ['\nmqtt:\n  uri: x', 'config.yaml, line 3: mqtt.uri: there is no such key; did you mean url?'],
    ['mqtt: broker', 'config.yaml, line 1: mqtt: must hold keys, each on a line of its own'],
    ['- a', 'config.yaml: must hold sections such as "mqtt:"'],
    [
      'mqtt:\n  url: broker.example.com',
      /line 2: mqtt[.]url: "broker[.]example[.]com" cannot be taken: must be mqtt:/u,
    ],
    ['journal:\n  keep_days: 0', /keep_days: 0 cannot be taken: .*>=1.*as if not set it is 90$/u],
    ['privacy:\n  parties: everything', /parties: "everything" cannot be taken: .*"masked"/u],
    ['tap:\n  sip_ports: [5060, 70000]', /sip_ports: \[5060,70000\] cannot be taken/u],
    ['metrics:\n  address: "*"', /address: "\*" cannot be taken/u],
    ['box:\n  name: a\n  name: b', /line 3: is no YAML/u],
    ['box: [', /is no YAML/u],
    ['mqtt:\n  user: &a x\n  server_name: [*a]', /server_name: an alias [(][*]name[)] is not taken/u],
  ])('%j', (text, sentence) => {
    expect(sentences(text)).toEqual([
      typeof sentence === 'string' ? sentence : expect.stringMatching(sentence),
    ])
  })

  test('a misspelt variable too', () => {
    const { faults } = readEnvironmentLayer({ CALLSEAL_MQTT_ULR: 'x' })
    expect(faults.map(renderFault)).toEqual([
      'CALLSEAL_MQTT_ULR: there is no such key; did you mean CALLSEAL_MQTT_URL?',
    ])
  })

  test('a file that is not there, or that a key names in vain; a secret that all may read', () => {
    const secret = join(folder, 'secret')
    writeFileSync(secret, 'x', { mode: 0o644 })
    const file = join(folder, 'tls.yaml')
    writeFileSync(
      file,
      `mqtt: { url: "mqtts://b.example.com", user: a, password_file: ${secret}, ca_file: /nowhere/ca.pem }`,
    )
    const { faults } = loadConfig({ file, environment: {} })
    expect(faults.map(renderFault)).toEqual([
      `${secret}: mqtt.password_file: everybody on this machine may read it: chmod 640`,
      '/nowhere/ca.pem: mqtt.ca_file: cannot be read (ENOENT)',
    ])
    expect(loadConfig({ file: join(folder, 'gone'), environment: {} }).faults.map(renderFault)).toEqual([
      `${join(folder, 'gone')}: there is no such file`,
    ])
  })
})

describe('a wrong key', () => {
  test('leaves the others of its section in force', () => {
    const { config } = ofYaml('tap:\n  interface: eth1\n  source: magic\n')
    expect(config.tap).toEqual({ ...USUAL.tap, interface: 'eth1' })
  })

  test.each([
    'mqtt:\n  url: mqtts://broker.example.com\n  ca_flie: /etc/ca.pem\n',
    'mqtt:\n  url: mqtts://broker.example.com\n  ca_file: ca.pem\n',
    'mqtt:\n  url: mqtt://broker.example.com\n  ca_file: /etc/ca.pem\n',
    'mqtt:\n  url: mqtts://broker.example.com\n  cert_file: /etc/cert.pem\n',
  ])('turns the broker off, which would else be spoken to without what was meant: %j', (text) => {
    const { config, faults } = ofYaml(text)
    expect(faults).toHaveLength(1)
    expect(config.mqtt).toEqual(USUAL.mqtt)
  })

  test('whatever the file holds: no throw, a configuration that passes its own check, numbers never shown by mistake', () => {
    const texts = fc.oneof(
      fc.string({ maxLength: 200 }),
      fc.json().map((json) => `privacy: ${json}\nmqtt: ${json}\n`),
      fc.json().map((json) => `privacy: { parties: ${json} }\ntap: { sip_ports: ${json} }\n`),
    )
    fc.assert(
      fc.property(texts, (text) => {
        const { config } = ofYaml(text)
        expect(CONFIG_SCHEMA.safeParse(config).success).toBe(true)
        expect(config.privacy.parties).toBe('masked')
      }),
      { numRuns: 500, seed: 4 },
    )
  })
})

test('an id that is taken can stand in a topic, the longest too', () => {
  for (const length of [1, 2, 47, 48, 49, 63, 64]) {
    const id = 'b'.repeat(length)
    const { config, faults } = ofYaml(`box:\n  id: ${id}\n`)
    expect([length, faults.length === 0, config.box.id === id]).toEqual([
      length,
      isTopicId(id),
      isTopicId(id),
    ])
  }
})
