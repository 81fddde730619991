/**
 * Every key of the configuration: what it may hold, what it is without being set, and what it is for. Help, sample file, README and the check are
 * made from this table. Sections and keys are the words of the file; nothing need be set.
 */
import { z } from 'zod'
import { DEFAULT_CONFIG, MOST_PORTS } from '../state-protocol/index.ts'

/** How a change of a key is taken over. */
export type Reload = 'at once' | 'engine anew' | 'restart'

const ports = (usual: readonly number[]) =>
  z
    .array(z.int().min(1).max(65_535))
    .max(MOST_PORTS)
    .default([...usual])

const path = z.string().min(1).max(4096)
const file = path.startsWith('/', 'must be a whole path, beginning with /').nullable().default(null)
const hour = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/u, 'must be a time of day such as 22:00')
/** What may be part of a topic. */
const word = z
  .string()
  .max(48)
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/u, 'must be of small letters, digits and inner hyphens')
/** IFNAMSIZ less the zero byte; `/` and a leading `.` or `-` are no name of the kernel's. */
const interfaceName = z
  .string()
  .min(1)
  .max(15)
  .regex(/^[^./\s-][^/\s]*$/u, 'must be the name of a network interface')

const restart: { reload: Reload } = { reload: 'restart' }
const atOnce: { reload: Reload } = { reload: 'at once' }
const engineAnew: { reload: Reload } = { reload: 'engine anew' }

export const CONFIG_SCHEMA = z.strictObject({
  box: z.strictObject({
    name: z
      .string()
      .trim()
      .min(1)
      .max(40)
      .default('Callseal')
      .meta({
        description: 'what people call this box: on page 5 of the screen and in Home Assistant',
        ...restart,
      }),
    id: word
      .nullable()
      .default(null)
      .meta({
        description: 'its name in topics; without one it is made once and kept beside the journal',
        ...restart,
      }),
  }),
  tap: z.strictObject({
    interface: interfaceName
      .nullable()
      .default(null)
      .meta({
        description: 'where to listen; without one a port of the only bridge',
        ...restart,
      }),
    source: z
      .enum(['auto', 'ring', 'libpcap', 'tcpdump'])
      .default('auto')
      .meta({
        description: 'how to listen; auto takes the first that can',
        ...restart,
      }),
    filter: z
      .enum(['auto', 'none'])
      .default('auto')
      .meta({
        description: 'what the kernel lets through: auto leaves out what is no telephony, none nothing',
        ...restart,
      }),
    sip_ports: ports(DEFAULT_CONFIG.ports.sip).meta({
      description: 'where SIP over UDP and TCP is expected; elsewhere it is found by its looks',
      ...engineAnew,
    }),
    tls_ports: ports(DEFAULT_CONFIG.ports.tls).meta({
      description: 'where TLS is taken for SIP',
      ...engineAnew,
    }),
    websocket_ports: ports(DEFAULT_CONFIG.ports.webSocket).meta({
      description: 'where SIP over WebSocket is expected',
      ...engineAnew,
    }),
    sip_peers: z
      .array(z.string().min(1).max(253).toLowerCase())
      .max(64)
      .default([])
      .meta({
        description: 'hosts and addresses whose TLS is SIP, whatever its port',
        ...engineAnew,
      }),
  }),
  privacy: z.strictObject({
    parties: z
      .enum(['masked', 'full', 'none'])
      .default(DEFAULT_CONFIG.privacy)
      .meta({
        description: 'how numbers and names are shown, kept and sent',
        ...engineAnew,
      }),
  }),
  panel: z.strictObject({
    leds: z
      .enum(['auto', 'kernel', 'onoff', 'off'])
      .default('auto')
      .meta({
        description:
          "how the lamps are driven: by the kernel's LED class, by the package onoff, or the first that is there",
        ...restart,
      }),
    button: z
      .enum(['auto', 'gpio-keys', 'onoff', 'off'])
      .default('auto')
      .meta({
        description: 'how the button is read',
        ...restart,
      }),
    oled: z
      .enum(['auto', 'ssd1306', 'sh1106', 'off'])
      .default('auto')
      .meta({
        description: "the screen's controller; auto is an SSD1306, if one answers",
        ...restart,
      }),
    oled_height: z
      .union([z.literal(64), z.literal(32)])
      .default(64)
      .meta({ description: 'rows of the screen: 64 or 32', ...restart }),
    oled_mode: z
      .enum(['auto', 'plain', 'block'])
      .default('auto')
      .meta({
        description: 'plain I2C writes, or SMBus blocks of 32 bytes where those are refused',
        ...restart,
      }),
    is_turned: z
      .boolean()
      .default(false)
      .meta({ description: 'the screen hangs upside down', ...restart }),
    night_from: hour.default('22:00').meta({ description: 'the screen is dim from then on', ...restart }),
    night_until: hour.default('06:00').meta({ description: 'until then', ...restart }),
  }),
  journal: z.strictObject({
    folder: path.default('/var/lib/callseal/journal').meta({
      description: 'where it is kept',
      ...restart,
    }),
    keep_days: z
      .int()
      .min(1)
      .max(3650)
      .default(90)
      .meta({ description: 'older days are deleted', ...atOnce }),
    keep_megabytes: z
      .int()
      .min(16)
      .max(1_000_000)
      .default(512)
      .meta({
        description: 'beyond it the oldest files are deleted',
        ...atOnce,
      }),
  }),
  mqtt: z.strictObject({
    url: z
      .string()
      .max(512)
      .regex(
        /^(mqtts?|wss?):\/\/[^/?#@\s]+(\/[^\s?#]*)?$/u,
        'must be mqtt://host, mqtts://host, ws://host/path or wss://host/path; user and password are keys of their own',
      )
      .nullable()
      .default(null)
      .meta({
        description: 'the broker, such as mqtts://broker.example.com:8883; without one nothing is sent',
        ...restart,
      }),
    user: z
      .string()
      .min(1)
      .max(256)
      .nullable()
      .default(null)
      .meta({ description: 'as whom', ...restart }),
    password_file: file.meta({ description: 'holds the password and nothing else', ...restart }),
    ca_file: file.meta({
      description: "certificates (PEM) that the broker's must descend from; without it those of the system",
      ...restart,
    }),
    cert_file: file.meta({
      description: "the box's own certificate (PEM), if the broker wants one",
      ...restart,
    }),
    key_file: file.meta({ description: 'its private key (PEM)', ...restart }),
    server_name: z
      .string()
      .min(1)
      .max(253)
      .nullable()
      .default(null)
      .meta({
        description: "the name in the broker's certificate, if it is not the one in url",
        ...restart,
      }),
    home_assistant: z
      .boolean()
      .default(true)
      .meta({
        description: 'Home Assistant is told of the box by itself',
        ...restart,
      }),
    discovery_prefix: z
      .string()
      .min(1)
      .max(64)
      .regex(/^[^+#/\s]+$/u)
      .default('homeassistant')
      .meta({
        description: 'where Home Assistant listens for devices',
        ...restart,
      }),
    phones: z
      .boolean()
      .default(false)
      .meta({
        description:
          'each phone is told too, as a device of its own, under a name that only this box can resolve',
        ...restart,
      }),
    display: z
      .boolean()
      .default(false)
      .meta({ description: 'the picture of the screen is sent too', ...restart }),
  }),
  metrics: z.strictObject({
    address: z
      .union([z.ipv4(), z.ipv6()])
      .nullable()
      .default(null)
      .meta({
        description:
          'address of the management network where /metrics and /health answer; without one nowhere',
        ...restart,
      }),
    port: z
      .int()
      .min(1)
      .max(65_535)
      .default(9764)
      .meta({ description: 'TCP port there', ...restart }),
  }),
})

/** The configuration in force: every section and key is there. */
export type BoxConfig = z.infer<typeof CONFIG_SCHEMA>
export type SectionName = keyof BoxConfig

/** A key by itself. */
export interface ConfigKey {
  readonly section: SectionName
  readonly name: string
  /** As in the file and in sentences: `mqtt.url`. */
  readonly path: string
  /** `CALLSEAL_MQTT_URL`. */
  readonly variable: string
  readonly schema: z.ZodType
  readonly description: string
  readonly reload: Reload
  readonly usual: unknown
}

/**
 * Sections that reach out into a network: with one wrong key the whole section is as if it was not there. A broker spoken to without the
 * certificate that was meant would be worse than none.
 */
export const ALL_OR_NOTHING: readonly SectionName[] = ['mqtt', 'metrics']

const toKey = (section: SectionName, name: string, schema: z.ZodType): ConfigKey => {
  const { description = '', reload } = (schema.meta() ?? {}) as { description?: string; reload: Reload }
  return {
    section,
    name,
    path: `${section}.${name}`,
    variable: `CALLSEAL_${section}_${name}`.toUpperCase(),
    schema,
    description,
    reload,
    usual: schema.parse(undefined),
  }
}

/** All keys in the order of the file. */
export const CONFIG_KEYS: readonly ConfigKey[] = Object.entries(CONFIG_SCHEMA.shape).flatMap(
  ([section, table]) =>
    Object.entries(table.shape as Readonly<Record<string, z.ZodType>>).map(([name, schema]) =>
      toKey(section as SectionName, name, schema),
    ),
)

export const SECTIONS = Object.keys(CONFIG_SCHEMA.shape) as readonly SectionName[]
