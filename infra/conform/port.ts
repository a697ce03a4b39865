import { freePorts } from '../run/ports.ts'

/** A free port, and that the system gives to no outgoing connection while its owner is down. */
export const freePort = async (): Promise<number> => (await freePorts())['event-bus']
