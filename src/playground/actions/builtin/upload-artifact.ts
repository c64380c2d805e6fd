/**
 * The counterparts of actions/upload-artifact and actions/upload-pages-artifact: folders in the data folder.
 * https://github.com/actions/upload-artifact https://github.com/actions/upload-pages-artifact
 */
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { StepFailure } from '../step-failure.ts';
import { type ArtifactFile, copyFiles, selectFiles, selectSite } from './artifact-files.ts';
import { type BuiltinAction, type BuiltinStep, input, isOn } from './builtin.ts';

export const uploadArtifact: BuiltinAction = {
  inputs: new Map([
    ['name', 'artifact'],
    ['path', ''],
    ['if-no-files-found', 'warn'],
    ['retention-days', ''],
    ['compression-level', '6'],
    ['overwrite', 'false'],
    ['include-hidden-files', 'false'],
    ['archive', 'true'],
  ]),
  async run(step) {
    const lines = input(step, 'path')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
    if (lines.length === 0) throw new StepFailure('Input required and not supplied: path');
    const files = selectFiles(step.job.workspace.workspace, lines, isOn(step, 'include-hidden-files'));
    if (files.length === 0) {
      const message = `No files were found with the provided path: ${lines.join(', ')}. No artifacts will be uploaded.`;
      const missing = input(step, 'if-no-files-found');
      if (missing === 'error') throw new StepFailure(message);
      if (missing === 'warn') {
        step.job.log.warning(message);
        step.job.annotate({ level: 'warning', title: '', message });
      }
      return {};
    }
    return store(step, input(step, 'name'), files, isOn(step, 'overwrite'));
  },
};

export const uploadPagesArtifact: BuiltinAction = {
  inputs: new Map([
    ['name', 'github-pages'],
    ['path', '_site/'],
    ['retention-days', '1'],
    ['include-hidden-files', 'false'],
  ]),
  async run(step) {
    if (isOn(step, 'include-hidden-files')) {
      throw new StepFailure(
        "'include-hidden-files' of actions/upload-pages-artifact is not supported by the local GitHub.",
      );
    }
    const files = selectSite(resolve(step.job.workspace.workspace, input(step, 'path')));
    const { 'artifact-id': id = '' } = store(step, input(step, 'name'), files, false);
    return { artifact_id: id };
  },
};

/** One name can be used once in a run, also over all its attempts. */
function store(
  step: BuiltinStep,
  name: string,
  files: readonly ArtifactFile[],
  overwrite: boolean,
): Readonly<Record<string, string>> {
  const { store: artifacts } = step.job.services;
  const runId = step.job.plan.run.id;
  if (!/^[^":<>|*?\r\n\\/]+$/.test(name)) {
    throw new StepFailure(
      `The artifact name is not valid: ${name}. Contains one of: " : < > | * ? \\r \\n \\ /`,
    );
  }
  if (overwrite) {
    for (const old of artifacts.artifacts(runId).filter((artifact) => artifact.name === name)) {
      artifacts.deleteArtifact(old.id);
      rmSync(artifacts.artifactFolder(old.id), { recursive: true, force: true });
    }
  }
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const artifact = artifacts.createArtifact(runId, name, size);
  if (artifact === undefined) {
    throw new StepFailure(
      'Failed to CreateArtifact: Received non-retryable error: Failed request: (409) Conflict: an artifact with this name already exists on the workflow run',
    );
  }
  const folder = artifacts.artifactFolder(artifact.id);
  rmSync(folder, { recursive: true, force: true });
  copyFiles(files, folder);
  step.job.log.write(
    `Artifact ${name} has been successfully uploaded! Final size is ${size} bytes. Artifact ID is ${artifact.id}`,
  );
  return { 'artifact-id': String(artifact.id) };
}
