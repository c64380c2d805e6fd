/**
 * The counterparts of actions/configure-pages, actions/deploy-pages and actions/setup-node.
 * https://github.com/actions/deploy-pages https://github.com/actions/configure-pages
 */
import { StepFailure } from '../step-failure.ts';
import { type BuiltinAction, input } from './builtin.ts';

/** Where the site will be is known once it is published; nothing that builds a site may rely on more than that. */
export const configurePages: BuiltinAction = {
  inputs: new Map([
    ['static_site_generator', ''],
    ['generator_config_file', ''],
    ['token', ''],
    ['enablement', 'false'],
  ]),
  async run(step) {
    const { permissions } = step.job.plan;
    if ((permissions.pages ?? 'none') === 'none') {
      throw new StepFailure(
        'Get Pages site failed. Please verify that the repository has Pages enabled and that the job has the permission `pages: read` or `pages: write`. Error: Resource not accessible by integration',
      );
    }
    return {};
  },
};

export const deployPages: BuiltinAction = {
  inputs: new Map([
    ['token', ''],
    ['timeout', '600000'],
    ['error_count', '10'],
    ['reporting_interval', '5000'],
    ['artifact_name', 'github-pages'],
    ['preview', 'false'],
  ]),
  async run(step) {
    const { plan, services } = step.job;
    if (plan.permissions['id-token'] !== 'write') {
      throw new StepFailure('Ensure GITHUB_TOKEN has permission "id-token: write".');
    }
    if (plan.permissions.pages !== 'write') {
      throw new StepFailure(
        'Ensure GITHUB_TOKEN has permission "pages: write". Resource not accessible by integration',
      );
    }
    if (plan.environment === undefined) {
      throw new StepFailure(
        "Missing environment. Ensure your workflow's deployment job has an environment, for example 'environment: { name: github-pages }'.",
      );
    }
    const name = input(step, 'artifact_name');
    const artifact = services.store.artifacts(plan.run.id).find((candidate) => candidate.name === name);
    if (artifact === undefined) {
      throw new StepFailure(
        `No artifacts named "${name}" were found for this workflow run. Ensure artifacts are uploaded with actions/upload-artifact@v4 or later.`,
      );
    }
    const url = await services.host.publishPages(
      plan.run.repository,
      services.store.artifactFolder(artifact.id),
      {
        sha: plan.run.event.sha,
        runId: plan.run.id,
      },
    );
    step.job.log.write(`Reported success! ${url}`);
    return { page_url: url };
  },
};

/** Node 24 is what everything here runs on; another version is not to be had. */
export const setupNode: BuiltinAction = {
  inputs: new Map([
    ['node-version', ''],
    ['node-version-file', ''],
    ['cache', ''],
    ['package-manager-cache', 'true'],
    ['cache-dependency-path', ''],
    ['registry-url', ''],
    ['scope', ''],
    ['always-auth', ''],
    ['check-latest', 'false'],
    ['architecture', ''],
    ['token', ''],
    ['mirror', ''],
  ]),
  async run(step) {
    step.job.log.write(`Node ${process.version} of this machine is used.`);
    return { 'node-version': process.version, 'cache-hit': 'false' };
  },
};
