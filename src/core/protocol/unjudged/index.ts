/** Telephony that is named and not judged, and phone configuration in the clear: the only door of this folder. */
export { probeUnjudgedDatagram, probeUnjudgedStream, UNJUDGED_UDP_PORTS } from './probe.ts'
export { probeProvisioning } from './provisioning.ts'
export { looksLikeUdptl } from './udptl.ts'
export { UNJUDGED } from './unjudged-table.ts'
