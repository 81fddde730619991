/** WebSocket: the only door of this folder. */
export { type Handshake, parseHandshake } from './handshake.ts'
export { probeSipFrame, probeWebSocket } from './probe.ts'
export { type OnWebSocketMessage, WebSocketSession } from './websocket-session.ts'
