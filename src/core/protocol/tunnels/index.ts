/** Tunnels over UDP, by name only: what they carry cannot be seen. The only door of this folder. */
export { probeTunnel, type TunnelName } from './probe-tunnel.ts'
