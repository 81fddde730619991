// @ts-check
/** A box that can be stopped and killed: node idle-box.js PATH. Prints each message of the engine as it comes, acknowledges nothing. */
import { connect } from 'node:net'

const socket = connect(process.argv[2] ?? '')
const config = { ports: { tls: [5061] }, sipPeers: [], privacy: 'masked' }
socket.write(`${JSON.stringify({ type: 'hello', protocol: 1, config })}\n`)
socket.pipe(process.stdout)
