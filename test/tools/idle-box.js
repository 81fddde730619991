// @ts-check
/** A box that can be stopped and killed: node idle-box.js PATH. Prints each message of the engine as it comes, acknowledges nothing. */
import { connect } from 'node:net'

const messages = new URL('../../dist/app/state-protocol/index.js', import.meta.url).href
/** @type {typeof import('../../src/app/state-protocol/index.ts')} */
const { DEFAULT_CONFIG, PROTOCOL } = await import(messages)

const socket = connect(process.argv[2] ?? '')
socket.write(`${JSON.stringify({ type: 'hello', protocol: PROTOCOL, config: DEFAULT_CONFIG })}\n`)
socket.pipe(process.stdout)
