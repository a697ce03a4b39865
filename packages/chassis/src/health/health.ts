import type { HealthDetails, HealthStatus } from '@logbook/contracts/http/health.ts'

/** What a service says of itself: the parts that contracts know, and whatever else it likes. */
export type Health = HealthDetails & { status?: HealthStatus } & Readonly<Record<string, unknown>>
