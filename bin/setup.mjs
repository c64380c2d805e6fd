// Installs the dependencies when they are missing or differ from the lock file, and does nothing otherwise.
// Runs before `npm start` and `npm test`, on any Node from 20 on.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stampFile = `${root}node_modules/.playground-setup`;
const binary = process.platform === 'win32' ? 'node.exe' : 'node';
const localNode = `${root}node_modules/node/bin/${binary}`;

const wanted = createHash('sha256')
  .update(readFileSync(`${root}package-lock.json`))
  .update(`${process.platform} ${process.arch}`)
  .digest('hex');

if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== wanted || !existsSync(localNode)) install();

function install() {
  process.stderr.write('Installing dependencies (once) …\n');
  const npm = process.env.npm_execpath;
  const [command, before] = npm ? [process.execPath, [npm]] : ['npm', []];
  // Not `npm ci`: it refuses a lock file in which packages of other platforms are missing, as they are where the file
  // was written on a registry that does not carry them all. What the lock file names is installed exactly as it says.
  const args = [...before, 'install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  const run = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: !npm && binary === 'node.exe',
  });
  if (run.error || run.status !== 0) {
    fail(
      `\`npm install\` failed${run.error ? `: ${run.error.message}` : ''}. See its message above; then try again.`,
    );
  }
  if (!existsSync(localNode)) {
    // The package `node` fetches its binary in an install script, which some npm settings switch off.
    if (Number.parseInt(process.versions.node, 10) < 24) {
      fail(
        'npm did not run the install script of the package `node`. Run `npm rebuild node`, or use Node 24 or later.',
      );
    }
    return; // The running Node will do; look again next time.
  }
  writeFileSync(stampFile, wanted);
}

function fail(message) {
  process.stderr.write(`set-up: ${message}\n`);
  process.exit(2);
}
