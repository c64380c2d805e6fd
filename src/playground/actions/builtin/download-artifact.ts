/** The counterpart of actions/download-artifact. https://github.com/actions/download-artifact */
import { join, relative, resolve } from 'node:path';
import type { ArtifactRecord } from '../records.ts';
import { StepFailure } from '../step-failure.ts';
import { copyFiles, storedFiles } from './artifact-files.ts';
import { type BuiltinAction, type BuiltinStep, input, isOn } from './builtin.ts';

export const downloadArtifact: BuiltinAction = {
  inputs: new Map([
    ['name', ''],
    ['artifact-ids', ''],
    ['path', ''],
    ['pattern', ''],
    ['merge-multiple', 'false'],
    ['github-token', ''],
    ['repository', ''],
    ['run-id', ''],
  ]),
  async run(step) {
    const { workspace } = step.job.workspace;
    const { store } = step.job.services;
    const target = resolve(workspace, input(step, 'path'));
    if (
      relative(workspace, target).startsWith('..') &&
      relative(step.job.workspace.root, target).startsWith('..')
    ) {
      throw new StepFailure(`The path '${target}' is outside of the workspace.`);
    }
    const name = input(step, 'name');
    const artifacts = store.artifacts(sourceRun(step));
    const chosen =
      name === ''
        ? matching(artifacts, input(step, 'pattern'))
        : artifacts.filter((artifact) => artifact.name === name);
    if (name !== '' && chosen.length === 0) {
      throw new StepFailure(`Unable to download artifact(s): Artifact not found for name: ${name}`);
    }
    for (const artifact of chosen) {
      const own = name === '' && !isOn(step, 'merge-multiple') ? join(target, artifact.name) : target;
      copyFiles(storedFiles(store.artifactFolder(artifact.id)), own);
      step.job.log.write(`Artifact ${artifact.name} (${artifact.id}) downloaded to ${own}`);
    }
    return { 'download-path': target };
  },
};

/** This run, or another one of the same repository where a token is given that may read it. */
function sourceRun(step: BuiltinStep): number {
  const { plan, services } = step.job;
  if (input(step, 'artifact-ids') !== '') {
    throw new StepFailure(
      "'artifact-ids' of actions/download-artifact is not supported by the local GitHub.",
    );
  }
  const token = input(step, 'github-token');
  const id = input(step, 'run-id');
  if (token === '' || id === '') return plan.run.id;
  const repository = input(step, 'repository') || plan.run.repository;
  if (token !== step.job.token || repository !== plan.run.repository) {
    throw new StepFailure(
      'The local GitHub downloads artifacts of other runs only of the same repository and with its GITHUB_TOKEN.',
    );
  }
  if ((plan.permissions.actions ?? 'none') === 'none') {
    throw new StepFailure('Unable to download artifact(s): Resource not accessible by integration');
  }
  if (services.store.run(Number(id))?.repository !== plan.run.repository) {
    throw new StepFailure(`Unable to download artifact(s): run ${id} not found`);
  }
  return Number(id);
}

function matching(artifacts: readonly ArtifactRecord[], pattern: string): readonly ArtifactRecord[] {
  if (pattern === '') return artifacts;
  const expression = new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replaceAll(/[.+?^$()|[\]{}\\]/g, '\\$&'))
      .join('.*')}$`,
  );
  return artifacts.filter((artifact) => expression.test(artifact.name));
}
