/** The kernel filter: the only door of this folder. */
export { assembleFilters, KEPT, type FilterPorts } from './filter-program.ts'
