import { defineParameterType, setDefaultTimeout, setWorldConstructor } from '@cucumber/cucumber'
import { BlogWorld, type Who } from '../world.ts'

/** Of a step, which waits for what should come and no longer. */
const stepMsMax = 60_000

setWorldConstructor(BlogWorld)
setDefaultTimeout(stepMsMax)

defineParameterType({
  name: 'who',
  regexp: /(?:an?|the) (stranger|guest|reader|author|moderator|owner)/,
  transformer: (who: string): Who => who as Who,
})
