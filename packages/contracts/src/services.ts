/** The processes of a Logbook and the port that each takes unless told otherwise. */
export const servicePorts = {
  gateway: 3000,
  client: 3001,
  posts: 4000,
  comments: 4001,
  query: 4002,
  moderation: 4003,
  'event-bus': 4005,
  accounts: 4006,
  media: 4007,
  notifications: 4008,
} as const
export type ServiceName = keyof typeof servicePorts

/** Where a service is found when nothing else is configured. */
export const defaultUrl = (service: ServiceName): string => `http://127.0.0.1:${servicePorts[service]}`
