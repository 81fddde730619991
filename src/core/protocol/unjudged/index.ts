/** VoIP that is named and not judged, and readable provisioning: the only door of this folder. */
export { probeProvisioning } from './provisioning.ts'
export { probeUnjudgedDatagram, probeUnjudgedStream, UNJUDGED_UDP_PORTS } from './unjudged-table.ts'
