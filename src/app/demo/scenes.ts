/** The captures that the demo plays, in the order of the story: folders of test/cases, whose case.md says what each is. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Scene } from '../../output/panel-text/index.ts'
import { packageRoot } from '../package-root.ts'

const SCENES: readonly string[] = [
  'sip-udp-rtp-plain',
  'sip-tls13-srtp',
  'srtp-key-in-readable-sip',
  'sip-udp-dtls-srtp',
  'sip-udp-zrtp',
  'srtp-agreed-rtp-sent',
  'reinvite-downgrade',
  'trap-one-direction-plain',
  'two-calls',
  'tls12-self-signed',
  'tls-older-than-capture',
  'trap-avp-claimed-srtp-sent',
  'trap-no-signalling-srtp',
]

/** A scene and where its capture lies. */
export interface DemoScene extends Scene {
  readonly capture: string
}

/** Reads what the scenes are. Throws the error of the file system if the captures are not there. */
export const loadScenes = (): DemoScene[] => {
  const cases = new URL('test/cases/', packageRoot())
  return SCENES.map((name) => {
    const folder = new URL(`${name}/`, cases)
    const { title, about } = parseCase(readFileSync(new URL('case.md', folder), 'utf8'))
    return { title, about, capture: fileURLToPath(new URL('capture.pcap', folder)) }
  })
}

/** The heading and the first paragraph of a case.md. */
const parseCase = (text: string): Scene => {
  const [heading = '', about = ''] = text.split('\n').filter((line) => line.trim() !== '')
  return { title: heading.replace('# ', ''), about }
}
