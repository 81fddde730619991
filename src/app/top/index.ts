/** The live view of the command line. */
export { runTop, type TopEngine } from './run-top.ts'
