import { describeAccountPages } from './account-pages.ts'
import { worldOfFile } from './built.ts'
import { describePages } from './pages.ts'
import { describeBeginning } from './pages-beginning.ts'
import { describeLook } from './pages-look.ts'
import { describeMediaPages } from './pages-media.ts'
import { describeNavigation } from './pages-navigation.ts'
import { describeNotificationPages } from './pages-notifications.ts'
import { describeOwnPages } from './pages-own.ts'
import { describePastPages } from './pages-past.ts'
import { describePortraits } from './pages-portrait.ts'
import { describeJobQueue } from './pages-queue.ts'
import { describeReadersPages } from './pages-readers.ts'
import { describeRulesPage } from './pages-rules.ts'
import { describeSettingsPages } from './pages-settings.ts'
import { describeSlowPages } from './pages-slow.ts'

const world = worldOfFile()
describePages(world)
describeAccountPages(world)
describeOwnPages(world)
describeNotificationPages(world)
describePortraits(world)
describeReadersPages(world)
describeJobQueue(world)
describeRulesPage(world)
describePastPages(world)
describeSlowPages(world)
describeSettingsPages(world)
describeMediaPages(world)
describeNavigation(world)
describeLook(world)
describeBeginning(world)
