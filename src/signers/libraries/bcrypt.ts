/** All that is used of bcrypt-pbkdf, in a module of its own: loaded only where an encrypted OpenSSH key is opened. */
import bcrypt from 'bcrypt-pbkdf';

export const { pbkdf } = bcrypt;
