import { eventTypes } from './catalog.ts'
import { currentDataVersion } from './upcast.ts'

/**
 * The last migration of a file whose rows keep what events say. It makes nothing and names the shape of every event: a file that was
 * made of older shapes has another schema, and is read from the log again.
 */
export const eventShapes = `-- Made of ${eventTypes.map((type) => `${type} ${currentDataVersion(type)}`).join(', ')}.`
