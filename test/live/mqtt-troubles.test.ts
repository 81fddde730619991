/** Every way in which a real broker cannot be used is one plain sentence that says what to do; and where it can be used, it is. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals'
import { MACHINE, MqttOutput, type MqttHealth, type MqttOutputOptions } from '../../src/output/mqtt/index.ts'
import { describeWithBroker, freePort, Relay, TestBroker } from '../tools/broker.ts'
import { Authority, type Certificate } from '../tools/certificates.ts'
import { brokerAt, optionsFor } from '../tools/mqtt-box.ts'
import { NumberedSource } from '../tools/numbered-source.ts'
import { until } from '../tools/processes.ts'

jest.setTimeout(60_000)

const HERE = 'DNS:localhost,IP:127.0.0.1'

let folder: string
let ours: Authority
let others: Authority
let certificates: Record<'good' | 'expired' | 'future' | 'elsewhere' | 'client' | 'stranger', Certificate>
let ends: (() => Promise<unknown>)[] = []

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'callseal-mqtt-tls-'))
  ours = new Authority(folder, 'ours')
  others = new Authority(folder, 'others')
  certificates = {
    good: ours.issue('good', HERE),
    expired: ours.issue('expired', HERE, -100),
    future: ours.issue('future', HERE, 100),
    elsewhere: ours.issue('elsewhere', 'DNS:other.example.com'),
    client: ours.issue('client', 'DNS:box.example.com'),
    stranger: others.issue('stranger', 'DNS:box.example.com'),
  }
})
afterEach(async () => {
  for (const end of ends.reverse()) await end()
  ends = []
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const brokerWith = async (...lines: string[]): Promise<number> => {
  const broker = new TestBroker(folder, await freePort(), lines)
  ends.push(() => broker.kill())
  await broker.start()
  return broker.port
}

const tls = ({ cert, key }: Certificate): string[] => [
  'allow_anonymous true',
  `certfile ${cert}`,
  `keyfile ${key}`,
]

/** What the output says as soon as it knows. */
const outcome = async (
  url: string,
  overrides: Parameters<typeof brokerAt>[1] = {},
  more: Partial<MqttOutputOptions> = {},
): Promise<MqttHealth> => {
  const output = new MqttOutput({ ...optionsFor(0), broker: brokerAt(url, overrides), ...more })
  ends.push(() => output.stop())
  output.start()
  await until(
    () => 'an outcome',
    () => output.health.state !== 'connecting',
  )
  return output.health
}

const today = (): string => new Date().toISOString().slice(0, 10)

describeWithBroker(
  'troubles with a real broker',
  () => {
    test('an authority of our own is believed when it is named, and not otherwise', async () => {
      const port = await brokerWith(...tls(certificates.good))
      const url = `mqtts://localhost:${port}`
      expect(await outcome(url, { caFile: ours.cert })).toMatchObject({
        state: 'up',
        sentence: `connected to the broker localhost:${port} (MQTT 5)`,
      })
      for (const caFile of [null, others.cert]) {
        expect(await outcome(url, { caFile })).toMatchObject({
          trouble: 'unknown-ca',
          sentence: `the certificate of the broker localhost:${port} comes from an authority that this box does not know: put the certificate of that authority into a file and name it in mqtt.ca_file`,
        })
      }
    })

    test('dates', async () => {
      const expired = await brokerWith(...tls(certificates.expired))
      const future = await brokerWith(...tls(certificates.future))
      const caFile = ours.cert
      expect((await outcome(`mqtts://127.0.0.1:${expired}`, { caFile })).sentence).toBe(
        `the certificate of the broker 127.0.0.1:${expired} has expired (this box's clock says ${today()}): renew it on the broker`,
      )
      const url = `mqtts://127.0.0.1:${future}`
      expect((await outcome(url, { caFile })).sentence).toBe(
        `the certificate of the broker 127.0.0.1:${future} is not valid yet, and this box's clock says ${today()}: if the clock is right, make the certificate anew; if not, set the clock`,
      )
      const surroundings = { ...MACHINE, wall: () => 12_000 }
      expect((await outcome(url, { caFile }, { surroundings })).sentence).toBe(
        `the certificate of the broker 127.0.0.1:${future} is not valid yet: this box's clock says 1970. Let the box reach a time server, or set its clock`,
      )
    })

    test('names', async () => {
      const port = await brokerWith(...tls(certificates.elsewhere))
      const url = `mqtts://localhost:${port}`
      const health = await outcome(url, { caFile: ours.cert })
      expect(health.trouble).toBe('wrong-name')
      expect(health.sentence).toContain('other.example.com')
      expect(health.sentence).toContain('mqtt.server_name')
      expect(await outcome(url, { caFile: ours.cert, serverName: 'other.example.com' })).toMatchObject({
        state: 'up',
      })
    })

    test.each(['tlsv1.2', 'tlsv1.3'])('certificates of the box, %s', async (version) => {
      const port = await brokerWith(
        ...tls(certificates.good),
        'require_certificate true',
        `cafile ${ours.cert}`,
        `tls_version ${version}`,
      )
      const url = `mqtts://localhost:${port}`
      const caFile = ours.cert
      const { client, stranger } = certificates
      expect(await outcome(url, { caFile })).toMatchObject({ trouble: 'client-certificate-wanted' })
      const refused = await outcome(url, { caFile, certFile: stranger.cert, keyFile: stranger.key })
      expect(refused).toMatchObject({ trouble: 'client-certificate-refused' })
      const mixed = await outcome(url, { caFile, certFile: client.cert, keyFile: stranger.key })
      expect(mixed).toMatchObject({ trouble: 'client-certificate-unusable' })
      expect(await outcome(url, { caFile, certFile: client.cert, keyFile: client.key })).toMatchObject({
        state: 'up',
      })
    })

    test('a file that is missing, and one that is no certificate', async () => {
      const port = await brokerWith(...tls(certificates.good))
      const url = `mqtts://localhost:${port}`
      const caFile = join(folder, 'nowhere.pem')
      const health = await outcome(url, { caFile })
      expect(health.trouble).toBe('file')
      expect(health.sentence).toMatch(/^mqtt\.ca_file cannot be read: ENOENT.*nowhere\.pem.*: mend the file/)
      const keyFile = join(folder, 'no-key.pem')
      writeFileSync(keyFile, 'nothing\n')
      expect(
        await outcome(url, { caFile: ours.cert, certFile: certificates.client.cert, keyFile }),
      ).toMatchObject({
        trouble: 'client-certificate-unusable',
      })
    })

    test('TLS where there is none, and none where there is', async () => {
      const plain = await brokerWith('allow_anonymous true')
      const secure = await brokerWith(...tls(certificates.good))
      expect(await outcome(`mqtts://localhost:${plain}`, { caFile: ours.cert })).toMatchObject({
        trouble: 'closed-in-tls',
      })
      const health = await outcome(`mqtt://localhost:${secure}`)
      expect(health.trouble).toBe('closed-at-once')
      expect(health.sentence).toContain('mqtts://')
    })

    test('users, passwords and rights', async () => {
      const passwords = join(folder, 'passwords')
      const made = spawnSync('mosquitto_passwd', ['-b', '-c', passwords, 'box', 'right'])
      expect(made.status).toBe(0)
      const rights = join(folder, 'rights')
      writeFileSync(rights, 'user box\ntopic read callseal/#\ntopic write callseal/+/bridge/#\n')
      const port = await brokerWith(
        'allow_anonymous false',
        `password_file ${passwords}`,
        `acl_file ${rights}`,
      )
      const url = `mqtt://localhost:${port}`
      const passwordFile = join(folder, 'password')
      writeFileSync(passwordFile, 'wrong\n')
      const wrong = await outcome(url, { user: 'box', passwordFile })
      expect(wrong.trouble).toMatch(/^(bad-password|not-authorised)$/)
      expect(wrong.sentence).toMatch(/the user "box".*mqtt\.password_file/)
      expect((await outcome(url)).sentence).toContain('the user (none)')
      writeFileSync(passwordFile, 'right\n')
      const output = new MqttOutput({
        ...optionsFor(0, { source: new NumberedSource(3) }),
        broker: brokerAt(url, { user: 'box', passwordFile }),
      })
      ends.push(() => output.stop())
      output.start()
      await until(
        () => output.health.sentence,
        () => output.health.trouble === 'publish-not-authorised',
      )
      expect(output.health).toMatchObject({
        waiting: 3,
        sentence: `the broker localhost:${port} does not let the user "box" publish callseal/lab-1/call: give it the right to write callseal/# and homeassistant/#`,
      })
    })

    test('somebody who listens and says nothing; nobody', async () => {
      const mute = createServer((socket) => socket.resume())
      const port = await freePort()
      await new Promise<void>((resolve) => mute.listen(port, '127.0.0.1', resolve))
      ends.push(() => new Promise((resolve) => mute.close(resolve)))
      const limits = { connectWithin: 300, shortestWait: 50 }
      expect(await outcome(`mqtt://127.0.0.1:${port}`, {}, { limits })).toMatchObject({ trouble: 'timeout' })
      expect(await outcome(`mqtt://127.0.0.1:${await freePort()}`)).toMatchObject({ trouble: 'refused' })
    })

    test('a broker of MQTT 3.1.1 only, and one of neither', async () => {
      const port = await brokerWith('allow_anonymous true')
      /** CONNACK with return code 1, as such a broker says it (OASIS MQTT 3.1.1 §3.2.2.3). */
      const refusal = Buffer.from([0x20, 2, 0, 1])
      const levelOf = (packet: Buffer): number | undefined => packet[packet.indexOf('MQTT') + 4]
      const old = new Relay(port, (first) => (levelOf(first) === 5 ? refusal : null))
      const odd = new Relay(port, () => refusal)
      ends.push(
        () => old.close(),
        () => odd.close(),
      )
      const oldPort = await old.listen()
      const source = new NumberedSource(50)
      const output = new MqttOutput(optionsFor(oldPort, { source }))
      ends.push(() => output.stop())
      output.start()
      await until(
        () => output.health.sentence,
        () => output.health.state === 'up' && output.health.waiting === 0,
      )
      expect(output.health.sentence).toBe(`connected to the broker 127.0.0.1:${oldPort} (MQTT 3.1.1)`)
      expect(await outcome(`mqtt://127.0.0.1:${await odd.listen()}`)).toMatchObject({
        trouble: 'protocol-version',
      })
    })
  },
  ['openssl', 'mosquitto_passwd'],
)
