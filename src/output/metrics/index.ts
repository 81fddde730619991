/** Metrics: numbers about the box for Prometheus, and whether it is well for a monitor. */
export { healthOf, METRIC_TABLE, renderMetrics, type MetricRow } from './metrics-model.ts'
export { MetricsOutput, type MetricsOptions } from './metrics-output.ts'
export type { MetricsState } from './metrics-state.ts'
