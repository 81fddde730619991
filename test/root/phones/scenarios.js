// @ts-check
/**
 * What is called, how, and what the box must say. Addresses and ports tell the calls apart; all of a batch go on at the same time. `expect`:
 * grade, protection of the signalling, protections of the media, findings that must be among them.
 */

/**
 * @typedef {import('./baresip.js').Phone} Phone
 * @typedef {object} Scenario
 * @property {string} name
 * @property {Partial<Phone> & {account?: string}} alice @property {Partial<Phone>} bob
 * @property {'direct' | 'pbx'} way
 * @property {string} [callee] user part, if not the phone's name
 * @property {boolean} [six]
 * @property {'hold'} [middle]
 * @property {'registered' | 'talking'} [late] how far the phones are when the box begins to look
 * @property {{ grade: string, signalling: string, media: string[], findings?: string[] }} expect
 */

const TLS13 = { transport: /** @type {const} */ ('tls'), certificate: 'good.pem', openssl: 'tls13.cnf' }
const SRTP = { encryption: /** @type {const} */ ('srtp-mand') }
const DTLS = { encryption: /** @type {const} */ ('dtls_srtp') }
const CLEAR = ['clear', 'clear']
const ENCRYPTED = ['encrypted', 'encrypted']

/** @type {readonly Scenario[]} */
export const SCENARIOS = [
  {
    name: 'udp-rtp',
    way: 'direct',
    alice: {},
    bob: {},
    expect: { grade: 'exposed', signalling: 'plain', media: CLEAR, findings: ['media-clear'] },
  },
  {
    name: 'tcp-rtp',
    way: 'direct',
    alice: { transport: 'tcp' },
    bob: { transport: 'tcp' },
    expect: { grade: 'exposed', signalling: 'plain', media: CLEAR },
  },
  {
    name: 'tls13-srtp',
    way: 'direct',
    alice: { ...TLS13, ...SRTP },
    bob: { ...TLS13, ...SRTP },
    expect: { grade: 'protected', signalling: 'tls', media: ENCRYPTED },
  },
  {
    name: 'tls13-rtp',
    way: 'direct',
    alice: TLS13,
    bob: TLS13,
    expect: { grade: 'audio-exposed', signalling: 'tls', media: CLEAR, findings: ['media-clear'] },
  },
  {
    name: 'udp-sdes',
    way: 'direct',
    alice: SRTP,
    bob: SRTP,
    expect: { grade: 'exposed', signalling: 'plain', media: ENCRYPTED, findings: ['sdes-key-exposed'] },
  },
  {
    name: 'udp-dtls',
    way: 'direct',
    alice: DTLS,
    bob: DTLS,
    expect: { grade: 'metadata-exposed', signalling: 'plain', media: ENCRYPTED },
  },
  {
    name: 'downgrade',
    way: 'direct',
    alice: { encryption: 'srtp' },
    bob: {},
    expect: { grade: 'exposed', signalling: 'plain', media: CLEAR, findings: ['optional-srtp-refused'] },
  },
  {
    name: 'hold-resume',
    way: 'direct',
    middle: 'hold',
    alice: {},
    bob: {},
    expect: { grade: 'exposed', signalling: 'plain', media: CLEAR },
  },
  {
    name: 'ipv6',
    way: 'direct',
    six: true,
    alice: {},
    bob: {},
    expect: { grade: 'exposed', signalling: 'plain', media: CLEAR },
  },
  {
    name: 'tls12-self-signed',
    way: 'direct',
    alice: { transport: 'tls', certificate: 'good.pem', openssl: 'tls12.cnf', ...SRTP },
    bob: { transport: 'tls', certificate: 'self-signed.pem', openssl: 'tls12.cnf', ...SRTP },
    expect: {
      grade: 'weak',
      signalling: 'tls-weak',
      media: ENCRYPTED,
      findings: ['certificate-self-signed'],
    },
  },
  {
    name: 'register-digest',
    way: 'pbx',
    alice: {},
    bob: {},
    expect: { grade: 'exposed', signalling: 'plain', media: CLEAR, findings: ['digest-auth-readable'] },
  },
  {
    name: 'register-tls13',
    way: 'pbx',
    alice: { ...TLS13, ...SRTP },
    bob: { ...TLS13, ...SRTP },
    expect: { grade: 'protected', signalling: 'tls', media: ENCRYPTED },
  },
  {
    name: 'striphalf',
    way: 'pbx',
    alice: { ...TLS13, encryption: 'srtp' },
    bob: { ...TLS13, encryption: 'srtp' },
    expect: {
      grade: 'audio-exposed',
      signalling: 'tls',
      media: ['clear', 'encrypted'],
      findings: ['one-direction-clear'],
    },
  },
  {
    name: 'late-connection',
    way: 'pbx',
    late: 'registered',
    alice: { ...TLS13, ...SRTP },
    bob: { ...TLS13, ...SRTP },
    expect: { grade: 'protected', signalling: 'tls', media: ENCRYPTED },
  },
  {
    name: 'late-tls13-srtp',
    way: 'direct',
    late: 'talking',
    alice: { ...TLS13, ...SRTP },
    bob: { ...TLS13, ...SRTP },
    expect: { grade: 'undetermined', signalling: 'unseen', media: ENCRYPTED },
  },
  {
    name: 'late-udp-sdes',
    way: 'direct',
    late: 'talking',
    alice: SRTP,
    bob: SRTP,
    expect: { grade: 'undetermined', signalling: 'unseen', media: ENCRYPTED },
  },
  {
    name: 'late-udp-rtp',
    way: 'direct',
    late: 'talking',
    alice: {},
    bob: {},
    expect: { grade: 'audio-exposed', signalling: 'unseen', media: CLEAR },
  },
]
