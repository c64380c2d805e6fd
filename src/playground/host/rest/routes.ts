/** All routes of the REST API. Of two that match, the first one answers. */
import { actionsRoutes } from './actions.ts';
import { commentRoutes } from './comments.ts';
import { contentRoutes } from './contents.ts';
import { environmentRoutes } from './environments.ts';
import { gitDataRoutes } from './git-data.ts';
import { issueRoutes } from './issues.ts';
import { labelRoutes } from './labels.ts';
import { pagesRoutes } from './pages.ts';
import { protectionRoutes } from './protection.ts';
import { pullRoutes } from './pulls.ts';
import { repositoryRoutes } from './repositories.ts';
import type { Route } from './route.ts';
import { rulesetRoutes } from './rulesets.ts';
import { sshKeyRoutes } from './ssh-keys.ts';
import { statusRoutes } from './statuses.ts';
import { userRoutes } from './users.ts';
import { valueRoutes } from './values.ts';

export const ROUTES: readonly Route[] = [
  ...userRoutes,
  ...sshKeyRoutes,
  ...repositoryRoutes,
  ...gitDataRoutes,
  // These stand before the routes of contents, whose last part matches anything.
  ...statusRoutes,
  ...pullRoutes,
  ...protectionRoutes,
  ...contentRoutes,
  ...commentRoutes,
  ...issueRoutes,
  ...labelRoutes,
  ...actionsRoutes,
  ...valueRoutes,
  ...environmentRoutes,
  ...rulesetRoutes,
  ...pagesRoutes,
];
