/** The counterparts by name. The commit hash or tag that a workflow pins is not looked at: there is only one version. */

import type { BuiltinAction } from './builtin.ts';
import { checkout } from './checkout.ts';
import { downloadArtifact } from './download-artifact.ts';
import { configurePages, deployPages, setupNode } from './pages.ts';
import { uploadArtifact, uploadPagesArtifact } from './upload-artifact.ts';

export type { BuiltinAction } from './builtin.ts';

export const BUILTIN_ACTIONS: ReadonlyMap<string, BuiltinAction> = new Map([
  ['actions/checkout', checkout],
  ['actions/upload-artifact', uploadArtifact],
  ['actions/download-artifact', downloadArtifact],
  ['actions/upload-pages-artifact', uploadPagesArtifact],
  ['actions/configure-pages', configurePages],
  ['actions/deploy-pages', deployPages],
  ['actions/setup-node', setupNode],
]);
