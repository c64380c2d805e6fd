/** Opening a URL in the person's browser. */
import { spawn } from 'node:child_process';
import type { SignerContext } from '../signer.ts';

type Environment = SignerContext['environment'];

/** How to open a URL here; undefined where no browser of the person can be reached, as over SSH. */
export function browserCommand(
  environment: Environment,
  platform = process.platform,
): readonly string[] | undefined {
  if (environment.BROWSER) return [environment.BROWSER];
  if (environment.SSH_CONNECTION) return undefined;
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  return environment.DISPLAY || environment.WAYLAND_DISPLAY ? ['xdg-open'] : undefined;
}

/** Starts the browser and does not wait for it. Whether it came up, nobody can tell: the URL is shown as well. */
export function openBrowser([program = '', ...args]: readonly string[], url: string): void {
  const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
