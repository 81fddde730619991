// @ts-check
/** baresip, a real softphone without a sound card: it speaks from a file, and is steered through its standard input. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Output } from '../lib/conditions.js'

/**
 * @typedef {object} Phone
 * @property {string} address of the phone
 * @property {'udp' | 'tcp' | 'tls'} [transport]
 * @property {'srtp' | 'srtp-mand' | 'dtls_srtp'} [encryption]
 * @property {string} [certificate] file with certificate and key
 * @property {string} [openssl] OpenSSL configuration file
 * @property {string} [registrar] host and port; the phone registers there
 * @property {boolean} [isManual] it rings until told to answer
 */

/** @param {string} audio @param {Phone} phone */
const configOf = (audio, phone) => {
  const host = phone.address.includes(':') ? `[${phone.address}]` : phone.address
  const modules = ['stdio', 'aufile', 'aubridge', 'g711', 'srtp', 'dtls_srtp']
  return [
    'poll_method epoll',
    `sip_listen ${host}:5060`,
    'net_interface eth0',
    ...(phone.certificate === undefined ? [] : [`sip_certificate ${phone.certificate}`]),
    `audio_source aufile,${audio}`,
    'audio_player aubridge,nil',
    'audio_alert aubridge,nil',
    'ausrc_srate 8000',
    'auplay_srate 8000',
    'ausrc_channels 1',
    'auplay_channels 1',
    'audio_txmode thread',
    'rtp_ports 16384-17999',
    'rtcp_mux no',
    'module_path /usr/lib/baresip/modules',
    ...modules.map((name) => `module ${name}.so`),
    'module_tmp uuid.so',
    'module_tmp account.so',
    'module_app menu.so',
    '',
  ].join('\n')
}

export class Baresip {
  /**
   * @param {import('../lib/wire.js').TappedWire} wire @param {string} space namespace @param {string} folder @param {string} name
   * @param {string} audio @param {Phone} phone
   */
  constructor(wire, space, folder, name, audio, phone) {
    this.name = name
    const home = join(folder, name)
    mkdirSync(home, { recursive: true })
    writeFileSync(join(home, 'config'), configOf(audio, phone))
    writeFileSync(join(home, 'contacts'), '')
    const host = phone.address.includes(':') ? `[${phone.address}]` : phone.address
    const media = phone.encryption === undefined ? '' : `;mediaenc=${phone.encryption}`
    const answer = `;answermode=${phone.isManual === true ? 'manual' : 'auto'};audio_codecs=PCMU${media}`
    const transport = `;transport=${phone.transport ?? 'udp'}`
    const registration =
      phone.registrar === undefined
        ? `<sip:${name}@${host}${transport}>;regint=0`
        : `<sip:${name}@${phone.registrar}${transport}>;auth_user=${name};auth_pass=secret;regint=600`
    writeFileSync(join(home, 'accounts'), `${registration}${answer}\n`)
    const six = phone.address.includes(':') ? ['-6'] : []
    this.child = wire.spawn(space, ['baresip', ...six, '-f', home], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...(phone.openssl === undefined ? {} : { OPENSSL_CONF: phone.openssl }) },
    })
    this.output = new Output(this.child)
  }

  /** @param {string} command of baresip's menu */
  type(command) {
    this.child.stdin?.write(`${command}\n`)
  }

  /** @param {string} words @param {number} [seconds] */
  shows(words, seconds = 15) {
    return this.output.shows(words, seconds, this.name)
  }
}
