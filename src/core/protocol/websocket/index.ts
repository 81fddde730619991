/** WebSocket: the only door of this folder. */
export { probeWebSocket } from './probe.ts'
export { type OnWebSocketMessage, WebSocketSession } from './websocket-session.ts'
