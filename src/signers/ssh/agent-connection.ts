/**
 * One question to an ssh-agent and its answer (draft-ietf-sshm-ssh-agent, section 3): a length, a byte that says what
 * it is, and its content, over a Unix socket or, on Windows, a named pipe.
 */
import { connect } from 'node:net';
import { own } from '../../tuf/shape.ts';
import { type SignerContext, SignerError } from '../signer.ts';
import { sshUint32 } from './wire.ts';

/** Where OpenSSH's agent listens on Windows, which sets no variable. */
const WINDOWS_PIPE = '\\\\.\\pipe\\openssh-ssh-agent';
/** Bytes; OpenSSH's own limit for messages of an agent. */
const LONGEST = 256 * 1024;

const HOW_TO_START =
  process.platform === 'win32'
    ? 'Start it and add your key: Start-Service ssh-agent; ssh-add <key file>'
    : 'Start one and add your key: eval "$(ssh-agent)" && ssh-add <key file>';

/** The socket of the person's agent. @throws SignerError where there is none */
export function agentSocket(environment: SignerContext['environment']): string {
  const path = own(environment, 'SSH_AUTH_SOCK') || (process.platform === 'win32' ? WINDOWS_PIPE : '');
  if (path) return path;
  throw new SignerError(
    'agent-missing',
    `No ssh-agent is known here: SSH_AUTH_SOCK is not set. ${HOW_TO_START}`,
  );
}

/**
 * Sends a message and waits for the answer.
 * @param message its type and its content
 * @param limit milliseconds
 * @returns type and content of the answer
 * @throws SignerError
 */
export function askAgent(path: string, message: Uint8Array, limit: number): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  let received: Buffer = Buffer.alloc(0);
  const socket = connect(path);
  const timer = setTimeout(() => reject(noAnswer(path, limit)), limit);
  socket.on('connect', () => {
    socket.write(Buffer.concat([sshUint32(message.length), message]));
  });
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    const length = received.length < 4 ? undefined : received.readUInt32BE(0);
    if (length === undefined) return;
    if (length === 0 || length > LONGEST) reject(noAgent(path, `it announces ${length} bytes`));
    else if (received.length >= 4 + length) resolve(received.subarray(4, 4 + length));
  });
  socket.on('error', (error: NodeJS.ErrnoException) => reject(unreachable(path, error)));
  // After an answer this changes nothing.
  socket.on('close', () => reject(noAgent(path, 'it closed the connection without an answer')));
  return promise.finally(() => {
    clearTimeout(timer);
    socket.destroy();
  });
}

function noAnswer(path: string, limit: number): SignerError {
  const message =
    `The ssh-agent at ${path} did not answer within ${limit / 1000} seconds. ` +
    'If it shows a window that asks for confirmation or to be unlocked, answer it and run the command again; ' +
    'otherwise restart the agent.';
  return new SignerError('timed-out', message);
}

function noAgent(path: string, found: string): SignerError {
  const message = `What answers at ${path} is no ssh-agent: ${found}. Check SSH_AUTH_SOCK; ssh-add -l asks the same agent.`;
  return new SignerError('agent-broken', message);
}

function unreachable(path: string, error: NodeJS.ErrnoException): SignerError {
  const { code = 'unknown error' } = error;
  const found =
    code === 'ENOENT' || code === 'ECONNREFUSED'
      ? `No ssh-agent is running at ${path} any more (${code}).`
      : `The ssh-agent at ${path} cannot be reached (${code}).`;
  return new SignerError('agent-missing', `${found} ${HOW_TO_START}`, { cause: error });
}
