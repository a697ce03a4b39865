import type { CommandHandler } from '@logbook/chassis/command/command-handler.ts'
import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { moderationEndpoints } from '@logbook/contracts/endpoints/moderation.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { rulesSubject } from '@logbook/contracts/events/moderation.ts'
import { doerOf } from '@logbook/contracts/identity.ts'
import { decideRules } from '../domain/decide.ts'
import type { RulesInForce } from '../domain/policy.ts'
import type { View } from '../read-model/view.ts'
import { dryRunRules } from './dry-run.ts'

interface RulesOptions {
  view: Pick<View, 'rules' | 'recent'>
  rules: Pick<CommandHandler<RulesInForce, LogbookEvent<'RulesChanged'>>, 'handle'>
}

export const rulesHandlers = ({ view, rules }: RulesOptions) =>
  handlersOf(moderationEndpoints)({
    'GET /rules'() {
      const inForce = view.rules()
      return { body: inForce, version: inForce.version, headers: { 'Cache-Control': 'no-cache' } }
    },
    async 'PUT /rules'({ body: wanted, command: { ifMatch, ...command } }, caller) {
      const { state, position } = await rules.handle({
        ...command,
        subject: rulesSubject,
        decide: decideRules({ wanted, by: doerOf(caller) ?? { id: null, name: null }, ifMatch }),
      })
      return { body: state, version: state.version, position }
    },
    'POST /rules/dry-run'({ body: { rules: wanted, content } }) {
      const inForce = view.rules()
      return {
        body: dryRunRules({ view, inForce: wanted ? { ...inForce, rules: wanted } : inForce, content }),
      }
    },
  })
