/** A stretch of the journal for people, programs and spreadsheets. */
export { csvHead, toCsvLine } from './csv.ts'
export { ReportModel, type ReportTotals } from './journal-report.ts'
export { renderReport } from './render-report.ts'
