/**
 * What services use of `node:http`. An `import` of it reads each of its exports, and its `WebSocket` loads Node's own undici: see
 * `../start/one-undici.ts`.
 */
export const { Agent, createServer, request } = process.getBuiltinModule('node:http')
