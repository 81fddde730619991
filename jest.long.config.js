import base from './jest.config.js'

/** The slow tests: one at a time, ten minutes each. @type {import('jest').Config} */
export default {
  ...base,
  roots: ['<rootDir>/test/long'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 600_000,
  maxWorkers: 1,
}
