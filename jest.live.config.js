import base from './jest.config.js'

/** Real processes and sockets, in real time: one file at a time. @type {import('jest').Config} */
export default {
  ...base,
  roots: ['<rootDir>/test/live'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 120_000,
  maxWorkers: 1,
}
