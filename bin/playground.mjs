#!/usr/bin/env node
// Starts the CLI. It needs Node 24, which runs the TypeScript sources as they are; on an older Node the copy
// that `npm start` and `npm test` install beside the project takes over.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const OLDEST_MAJOR = 24;

if (Number.parseInt(process.versions.node, 10) >= OLDEST_MAJOR) {
  module.enableCompileCache?.();
  await import('../src/cli/main.ts');
} else {
  const binary = process.platform === 'win32' ? 'node.exe' : 'node';
  const node = fileURLToPath(new URL(`../node_modules/node/bin/${binary}`, import.meta.url));
  if (!existsSync(node)) {
    process.stderr.write(
      `playground needs Node ${OLDEST_MAJOR} or later; this is ${process.version}. ` +
        'Run `node bin/setup.mjs` in the project folder: it installs one beside the project.\n',
    );
    process.exit(2);
  }
  const run = spawnSync(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  if (run.signal) process.kill(process.pid, run.signal);
  process.exit(run.status ?? 2);
}
