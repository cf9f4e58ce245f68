import { concurrentWorkloads } from './concurrent.js'
import { sequentialWorkloads } from './sequential.js'
import type { Workload } from './workload.js'

/** What is done with every server, in the order of the report. */
export const WORKLOADS: readonly Workload[] = [...sequentialWorkloads, ...concurrentWorkloads]
